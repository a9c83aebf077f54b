/** Everything that `npm run loadtest` can do, by name. What a command needs is loaded when it is asked for. */
export interface Command {
  readonly name: string;
  /** One line for the list of all. */
  readonly what: string;
  usage(): Promise<string>;
  /** Answers with the status to exit with. */
  run(args: string[], signal: AbortSignal): Promise<number>;
}

const scenario = (name: string, what: string): Command => ({
  name,
  what: `signaling: ${what}`,
  usage: async () => (await import('./k6/node/command.ts')).usageOf(name),
  run: async (args, signal) => (await import('./k6/node/command.ts')).runByName(name, args, signal),
});

const media: Command = {
  name: 'media',
  what: 'people without browsers send and receive real sound and pictures',
  usage: async () => (await import('./media/command.ts')).mediaUsage,
  run: async (args, signal) => (await import('./media/command.ts')).mediaCommand(args, signal),
};

const full: Command = {
  name: 'full',
  what: 'a scenario of signaling and media at once, with one report',
  usage: async () => (await import('./full/command.ts')).fullUsage,
  run: async (args, signal) => (await import('./full/command.ts')).fullCommand(args, signal),
};

const plan: Command = {
  name: 'plan',
  what: 'no load: what it takes to carry so many people',
  usage: async () => (await import('./capacity/command.ts')).planUsage,
  run: async args => (await import('./capacity/command.ts')).planCommand(args),
};

export const commands: readonly Command[] = [
  scenario('join-storm', 'everybody joins within seconds'),
  scenario('meeting-churn', 'people come and go, mute, write and lose their connection'),
  scenario('chat-fan-out', 'many write to many'),
  scenario('reconnect-storm', 'everybody loses their connection at once'),
  scenario('rest-api', 'programs make and delete rooms'),
  scenario('soak', 'meetings for hours, the last third beside the first'),
  media,
  full,
  plan,
];
