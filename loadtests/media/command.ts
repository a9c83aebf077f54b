/** `npm run loadtest -- media`: real media through real rooms. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { RoomKey } from '@parley/protocol';
import { z } from 'zod';
import { localCluster } from '../k6/node/command.ts';
import { ownClips } from './content/index.ts';
import { type MediaLoad, type MediaResult, runMediaLoad } from './load.ts';
import { Rooms } from './rooms.ts';
import { mediaTable } from './table.ts';
import { judge, type Thresholds, type Verdict } from './thresholds.ts';

export const mediaUsage = `npm run loadtest -- media [options]

People without browsers join rooms through signaling, send real sound and pictures, and count what arrives.

  --url URL                where Parley is (BASE_URL, or the cluster of npm start, or http://localhost:8080)
  --rooms N                rooms to make, with the API key in API_KEY (1)
  --room NAMESPACE/NAME    a room that is there, instead of making some; may be given more than once. With API_KEY
                           people have tokens for it
  --pool NAME              MediaPool of the rooms that are made
  --publishers N           people of each room who send and receive (2)
  --subscribers N          people of each room who receive only (0)
  --audio FILE, --video FILE   what is sent: Opus in Ogg, VP8 in IVF; "none" for nothing (clips of the project)
  --sounds N, --pictures N     streams that each receives at most (all)
  --seconds N              how long they talk once all are in (30)
  --joins-per-second N     how fast they come (10)
  --join-within-ms N       when a join counts as failed (30000)
  --processes N            processes to spread people over (the cores)
  --seed N                 decides who comes when, and what packets are numbered by (1)
  --max-loss SHARE         most packets that may be lost, such as 0.01
  --max-join-ms N          what 95 % of joins have to be done in
  --max-gap-ms N           what the longest gap of 99 % of the sounds has to be below
  --json                   one JSON object on standard output instead of a table

The status is 1 if a threshold was not met, somebody failed to join, or a stream stayed silent; 2 if an option is wrong.`;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const file = z.string().min(1);

/** How long tokens for rooms that are there let people in, also those who have to join anew: a day. */
const tokenSeconds = 86_400;

const Options = z.object({
  url: z.url({ protocol: /^https?$/ }),
  rooms: whole(1, 1_000).default(1),
  room: z.array(RoomKey).default([]),
  pool: z.string().max(63).optional(),
  publishers: whole(0, 1_000).default(2),
  subscribers: whole(0, 1_000).default(0),
  audio: file.default(ownClips.audio),
  video: file.default(ownClips.video),
  sounds: whole(0, 1_000).default(1_000),
  pictures: whole(0, 1_000).default(1_000),
  seconds: whole(1, 7 * 86_400).default(30),
  'joins-per-second': z.coerce.number().min(0.01).max(1_000).default(10),
  'join-within-ms': whole(100, 600_000).default(30_000),
  processes: whole(1, 256).default(availableParallelism()),
  seed: whole(0, 2 ** 31 - 3).default(1),
  'max-loss': z.coerce.number().min(0).max(1).optional(),
  'max-join-ms': whole(1, 600_000).optional(),
  'max-gap-ms': whole(1, 600_000).optional(),
  json: z.boolean().default(false),
});
type Options = z.infer<typeof Options>;

export interface MediaReport extends MediaResult {
  verdicts: Verdict[];
  met: boolean;
}

/** Reads options; `baseUrl` is where Parley is if they do not say it. @throws ZodError, or TypeError for one that there is not */
export function readMediaOptions(argv: string[], baseUrl = 'http://localhost:8080'): Options {
  const text = { type: 'string' } as const;
  const names = Object.keys(Options.shape).filter(name => name !== 'room' && name !== 'json');
  const { values } = parseArgs({
    args: argv,
    options: {
      ...Object.fromEntries(names.map(name => [name, text])),
      room: { ...text, multiple: true },
      json: { type: 'boolean' },
    },
  });
  return Options.parse({ url: baseUrl, ...values });
}

/** Does what the options say. @throws RoomsError if rooms cannot be made */
export async function loadMedia(
  options: Options,
  {
    apiKey,
    say,
    signal,
    beforeLeaving,
  }: Pick<MediaLoad, 'say' | 'signal' | 'beforeLeaving'> & { apiKey: string | undefined },
): Promise<MediaReport> {
  const people = options.publishers + options.subscribers;
  const url = options.url.replace(/\/$/, '');
  await using stack = new AsyncDisposableStack();
  const keys: RoomKey[] = [...options.room];
  if (keys.length === 0) {
    if (apiKey === undefined) {
      throw new TypeError('Rooms are made with an API key: put one into API_KEY, or name rooms with --room.');
    }
    const rooms = new Rooms({ url, apiKey });
    stack.defer(() => rooms.remove());
    const spec = { ...(options.pool && { pool: options.pool }), maxParticipants: Math.max(2, people) };
    while (keys.length < options.rooms) keys.push(await rooms.make(spec, signal));
    say(`${keys.length} rooms are made.`);
  }
  const tokens: Record<RoomKey, string> = {};
  if (apiKey !== undefined && options.room.length > 0) {
    const rooms = new Rooms({ url, apiKey });
    for (const room of options.room) tokens[room] = await rooms.token(room, tokenSeconds, signal);
  }
  const clip = (path: string) => (path === 'none' ? undefined : path);
  const result = await runMediaLoad({
    url,
    rooms: keys,
    tokens,
    publishers: options.publishers,
    subscribers: options.subscribers,
    clips: { audio: clip(options.audio), video: clip(options.video) },
    watch: { audio: options.sounds, video: options.pictures },
    seconds: options.seconds,
    joinsPerSecond: options['joins-per-second'],
    joinWithinMs: options['join-within-ms'],
    processes: options.processes,
    seed: options.seed,
    say,
    signal,
    ...(beforeLeaving && { beforeLeaving }),
  });
  const limits: Thresholds = {
    maxLoss: options['max-loss'],
    maxJoinMs: options['max-join-ms'],
    maxGapMs: options['max-gap-ms'],
  };
  const verdicts = judge(result.summary, limits);
  return { ...result, verdicts, met: verdicts.every(({ met }) => met) };
}

/** The command. @returns the status to leave with */
export async function mediaCommand(argv: string[], signal: AbortSignal): Promise<number> {
  const { BASE_URL, API_KEY: apiKey } = { ...(await localCluster()), ...process.env };
  let options: Options;
  try {
    options = readMediaOptions(argv, BASE_URL);
  } catch (error) {
    const said = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    console.error(`${said}\n\n${mediaUsage}`);
    return 2;
  }
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const report = await loadMedia(options, { apiKey, say, signal });
  if (options.json) console.log(JSON.stringify(report));
  else {
    console.log(mediaTable(report.summary));
    for (const { name, value, limit, met } of report.verdicts) {
      console.log(`${met ? 'met' : 'NOT MET'}: ${name}: ${Number(value.toPrecision(3))}, at most ${limit}`);
    }
  }
  return report.met ? 0 : 1;
}
