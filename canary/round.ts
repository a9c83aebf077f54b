import { setTimeout as sleep } from 'node:timers/promises';
import { type Clip, Participant, Player, type ReceivedStream, Rooms, seeded } from '@parley/loadtests/media';
import { RefusalError } from '@parley/protocol';
import type { Settings } from './settings.ts';

/** How long a token for the room is good for, in seconds. */
const tokenSeconds = 300;
/** How often it is looked whether something has come, and how long what is under way may take, in ms. */
const lookMs = 20;
const settleMs = 500;

/** How it went for one stream of a round: what one of the two sends, as the other receives it. */
export interface StreamResult {
  kind: 'audio' | 'video';
  received: number;
  lost: number;
  longestGapMs: number;
}

/** How the join of one of the two ended: `ok`, why it was refused, or that nothing of the other came. */
export type JoinOutcome = 'ok' | 'no_media' | RefusalError['code'];

export interface RoundResult {
  joins: { outcome: JoinOutcome; joinMs?: number }[];
  /** From when the second came until the first packet of the first one reached them. */
  firstPacketMs?: number;
  streams: StreamResult[];
  /** Why it failed, for people. */
  failure?: { code: JoinOutcome; message: string };
}

export interface RoundOptions extends Pick<Settings, 'url' | 'room' | 'apiKey' | 'mediaMs' | 'joinMs'> {
  clips: readonly Clip[];
  /** W3C trace context of the round. */
  traceparent: string;
  /** Ends it early. */
  signal: AbortSignal;
}

/**
 * One round: somebody joins, a second one after them, both send and receive, and leave. Never throws, and takes no longer than `joinMs`,
 * `mediaMs` and a few seconds.
 */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { mediaMs, joinMs, signal } = options;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(joinMs)]);
  const result: RoundResult = { joins: [], streams: [] };
  const people: Participant[] = [];
  const player = new Player();
  try {
    const token = await tokenOf(options, inTime);
    for (const displayName of ['Canary 1', 'Canary 2']) {
      people.push(await join(displayName, token, player, options, inTime, result));
    }
    await heard(people, options, inTime, result);
    await sleep(mediaMs, undefined, { signal }).catch(() => {});
    for (const person of people) person.stopMedia();
    await sleep(settleMs, undefined, { signal }).catch(() => {});
    const now = performance.now();
    result.streams = people.flatMap(({ watching }) =>
      watching.streams.map(stream => streamResult(stream, now)),
    );
    const gone = people.find(({ failed }) => failed)?.failed;
    if (gone) result.failure = { code: gone.code, message: gone.message };
  } catch (error) {
    const known = error instanceof RefusalError || error instanceof SilenceError ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    result.failure = { code: known?.code ?? 'internal', message };
  } finally {
    await Promise.all(people.map(person => person.leave()));
    player[Symbol.dispose]();
  }
  return result;
}

/** Sound or a picture did not come in time. */
class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly code = 'no_media';
}

async function tokenOf(
  { url, apiKey, room }: RoundOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (apiKey === undefined) return undefined;
  try {
    return await new Rooms({ url, apiKey }).token(room, tokenSeconds, signal);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RefusalError('unavailable', `There is no token for the room: ${message}`, { cause });
  }
}

async function join(
  displayName: string,
  token: string | undefined,
  player: Player,
  { url, room, clips, traceparent }: RoundOptions,
  signal: AbortSignal,
  { joins }: RoundResult,
): Promise<Participant> {
  const began = performance.now();
  // A pair that was killed may still be in the room and say nothing.
  const watch = { audio: 4, video: 4 };
  const random = seeded(Math.trunc(began));
  const options = { url, room, displayName, token, clips, watch, player, random, traceparent };
  try {
    const person = await Participant.join(options, signal);
    joins.push({ outcome: 'ok', joinMs: performance.now() - began });
    return person;
  } catch (error) {
    joins.push({ outcome: error instanceof RefusalError ? error.code : 'internal' });
    throw error;
  }
}

/** Resolves once each receives a sound and a picture of the other. @throws SilenceError that says who does not */
async function heard(
  people: readonly Participant[],
  { clips }: RoundOptions,
  signal: AbortSignal,
  result: RoundResult,
): Promise<void> {
  const first = ({ watching }: Participant) => watching.streams.flatMap(({ count }) => count.firstAt ?? []);
  for (;;) {
    const late = people.findIndex(person => first(person).length < clips.length);
    const second = people[1];
    if (late < 0 && second) {
      result.firstPacketMs = Math.min(...first(second)) - second.began;
      return;
    }
    if (signal.aborted) {
      const join = result.joins[late];
      if (join) join.outcome = 'no_media';
      throw new SilenceError(
        `Canary ${late + 1} is in and has connected, but sound or picture of the other did not come in time.`,
      );
    }
    await sleep(lookMs);
  }
}

function streamResult({ kind, count }: ReceivedStream, now: number): StreamResult {
  return { kind, received: count.received, lost: count.lost, longestGapMs: count.longestGap(now) };
}
