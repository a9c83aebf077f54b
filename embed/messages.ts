/**
 * What a page that embeds a meeting and the meeting say to each other. The embedding page greets the frame by `postMessage`,
 * once per load of it, and hands over one end of a `MessageChannel`; everything else goes through that.
 */
import { DisplayName, maxChatText, maxTokenLength } from '@parley/protocol';
import { z } from 'zod';

/** Of these messages. Another version is refused in words. */
export const embedVersion = 1;

/** How fast the meeting takes messages; what comes faster is refused. */
export const embedRate = { perSecond: 20, burst: 40 } as const;

/** So many commands may be under way at a time. */
export const maxUnderWay = 16;

/** So many names of participants are told; their count is of all. */
export const maxNames = 100;

/** How a meeting is to begin. */
export const EmbedOptions = z.object({
  token: z.string().max(maxTokenLength).optional(),
  displayName: DisplayName.optional(),
  autojoin: z.boolean().optional(),
  microphone: z.boolean().optional(),
  camera: z.boolean().optional(),
});
export type EmbedOptions = z.infer<typeof EmbedOptions>;

/** From window to window, with one port. */
export const Greeting = z.object({
  parley: z.literal('greeting'),
  version: z.int(),
  options: EmbedOptions,
});
export type Greeting = z.infer<typeof Greeting>;

export const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('microphone'), on: z.boolean() }),
  z.object({ do: z.literal('camera'), on: z.boolean() }),
  z.object({ do: z.literal('screen'), on: z.boolean() }),
  z.object({ do: z.literal('chat'), text: z.string().max(maxChatText) }),
  z.object({ do: z.literal('leave') }),
]);
export type Command = z.infer<typeof Command>;

/** From the embedding page. */
export const CommandMessage = z.object({ id: z.int().min(0), command: Command });
export type CommandMessage = z.infer<typeof CommandMessage>;

const Problem = z.object({ code: z.string(), message: z.string() });

/** What happens in the meeting. */
export const EmbedEvent = z.discriminatedUnion('event', [
  /** Waits to be let in. */
  z.object({ event: z.literal('waiting') }),
  z.object({ event: z.literal('joined'), participantId: z.string(), displayName: z.string() }),
  z.object({ event: z.literal('left'), reason: z.string(), message: z.string() }),
  /** Who is in, oneself among them. */
  z.object({
    event: z.literal('participants'),
    count: z.int(),
    names: z.array(z.string()).max(maxNames),
  }),
  z.object({ event: z.literal('microphone'), on: z.boolean() }),
  z.object({ event: z.literal('camera'), on: z.boolean() }),
  z.object({ event: z.literal('screen'), on: z.boolean() }),
  /** Names of those who speak. */
  z.object({ event: z.literal('speaking'), names: z.array(z.string()) }),
  z.object({
    event: z.literal('chat'),
    id: z.string(),
    from: z.string(),
    mine: z.boolean(),
    text: z.string(),
    /** In ms since 1970, by the server's clock. */
    at: z.number(),
  }),
  /** The meeting cannot be joined; people see why in the frame, too. */
  z.object({ event: z.literal('error'), ...Problem.shape }),
]);
export type EmbedEvent = z.infer<typeof EmbedEvent>;

/** From the meeting. */
export const MeetingMessage = z.union([
  /** The answer to the greeting. */
  z.object({ welcome: z.literal(embedVersion) }),
  z.object({ refused: Problem }),
  /** The answer to a command: done, unless there is a problem. */
  z.object({ answer: z.int(), problem: Problem.optional() }),
  EmbedEvent,
]);
export type MeetingMessage = z.infer<typeof MeetingMessage>;
