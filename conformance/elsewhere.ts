import type { Rule } from './check.ts';

/** Something of a rule that the suite does not check, and the test of the project that does. */
export interface Elsewhere {
  readonly rule: Rule;
  /** What it is that cannot be seen, or not be brought about, from outside; or that is a client's part. */
  readonly what: string;
  /** The test's file; one of its tests is named after the rule. */
  readonly file: string;
}

const of = (rule: Rule, what: string, file: string): Elsewhere => ({ rule, what, file });

/** By rule. A rule may be checked in part by the suite, and in part here. */
export const elsewhere: readonly Elsewhere[] = [
  of('C5', 'replicas that stop, are deaf or are full let nobody in', 'signaling/connection/gate.test.ts'),
  of('C5', 'connections of one address are counted', 'signaling/limits.test.ts'),
  of(
    'R5',
    'requests under way are counted, which shows only while Redis does not answer',
    'signaling/limits.test.ts',
  ),
  of('R6', 'what a client does after a refusal', 'client/media/subscriptions.test.ts'),
  of(
    'R9',
    'a client that does not read is cut off, which buffers on the way may hide',
    'signaling/limits.test.ts',
  ),
  of(
    'J3',
    'rooms that are rejected or not ready, media servers that cannot be reached',
    'signaling/connection/socket-server.test.ts',
  ),
  of('J3', 'Redis is away', 'signaling/faults.test.ts'),
  of(
    'J4',
    'tokens for an earlier Room of the same name, or signed by another key',
    'signaling/connection/socket-server.test.ts',
  ),
  of('J6', 'a room that opens later says when, and lets people in then', 'signaling/closed-rooms.test.ts'),
  of('J7', 'how many are too many depends on settings', 'signaling/limits.test.ts'),
  of('J7', 'how long a client waits', 'client/connection/backoff.test.ts'),
  of('A4', 'tokens of an OpenID Connect issuer', 'signaling/access/issuer.test.ts'),
  of('A5', 'the signing key is changed', 'signaling/access/tokens.test.ts'),
  of('S2', 'what a client does with events that overtake answers', 'client/room/log.test.ts'),
  of('S3', 'when a client asks', 'client/room/log.test.ts'),
  of('S5', 'changes that Redis lost', 'signaling/state/log.test.ts'),
  of('S6', 'places that are too old or were lost', 'signaling/state/log.test.ts'),
  of('S7', 'change and event are one step, and how many are kept', 'signaling/state/log.test.ts'),
  of('H2', 'how many ids are known', 'signaling/state/room-chat.test.ts'),
  of('H3', 'what a client does with messages that are lost, late or doubled', 'client/chat/chat-log.test.ts'),
  of('H6', 'how many messages are kept, and how long', 'signaling/state/room-chat.test.ts'),
  of('O1', 'a right that is taken is gone at every replica', 'signaling/moderation.test.ts'),
  of('O3', 'muted and unmuted at once', 'signaling/media/settle-pause.test.ts'),
  of('O3', 'what a client does that is muted', 'client/media/publication.test.ts'),
  of('O4', 'replicas that die on the way', 'signaling/moderation.test.ts'),
  of('O5', 'roles that are set at once', 'signaling/moderation.test.ts'),
  of('O9', 'an SFU that stands still or dies, and a replica that dies', 'signaling/outstanding.test.ts'),
  of('L3', 'who shows a ticket, or has an identity', 'signaling/lobby.test.ts'),
  of('L4', 'identities and addresses', 'signaling/lobby.test.ts'),
  of('L5', 'rights that change', 'signaling/lobby.test.ts'),
  of('L7', 'replicas that die or stop', 'signaling/lobby.test.ts'),
  of('L8', 'how many wait, and rooms that are full', 'signaling/lobby.test.ts'),
  of('L9', 'a lobby that is switched off', 'signaling/lobby.test.ts'),
  of('M4', 'a room that moves to another media server', 'signaling/call.test.ts'),
  of('M5', 'media servers that die', 'signaling/call.test.ts'),
  of('M6', 'when credentials expire, which the relay alone reads', 'signaling/access/access.test.ts'),
  of('M7', 'rooms that only relays reach', 'signaling/call.test.ts'),
  of('M7', 'what a client does there', 'client/media/link.test.ts'),
  of('M8', 'a worker that dies', 'signaling/media-loss.test.ts'),
  of('M9', 'what consumers are sent, by layer', 'sfu-node/layers.test.ts'),
  of('M10', 'which layers of a publisher are watched', 'sfu-node/layers.test.ts'),
  of('M10', 'the publisher hears it, whichever replica says so', 'signaling/layers.test.ts'),
  of('M11', 'a publisher asks again', 'signaling/layers.test.ts'),
  of('M12', 'who is loud, which takes media', 'sfu-node/speech.test.ts'),
  of('M12', 'who is told, and how often', 'signaling/speakers.test.ts'),
  of('M13', 'who is the active speaker', 'sfu-node/speech.test.ts'),
  of('M13', 'what a client shows', 'client/room/speaking.test.ts'),
  of('M14', 'who is loud, which takes media', 'sfu-node/loudest.test.ts'),
  of('M14', 'the setting reaches the SFU', 'signaling/speakers.test.ts'),
  of('V1', 'rooms move when the operator moves them', 'signaling/moves.test.ts'),
  of('V2', 'requests about both media', 'signaling/moves.test.ts'),
  of('V3', 'who joins in the middle', 'signaling/moves.test.ts'),
  of('V4', 'who is waited for, and how long', 'signaling/moves.test.ts'),
  of('V5', 'media servers that die half-way', 'signaling/moves.test.ts'),
  of('V6', 'who was away meanwhile', 'signaling/moves.test.ts'),
  of('V7', 'clients that do not know moves', 'signaling/moves.test.ts'),
  of('V8', 'moderators, and who leaves', 'signaling/moves.test.ts'),
  of('V9', 'rooms on several media servers, and the loss of one of them', 'signaling/branches.test.ts'),
  of('V10', 'one media server of several is left', 'signaling/branch-moves.test.ts'),
  of('V11', 'clients that know of one media server', 'signaling/branches.test.ts'),
  of('Q1', 'servers that do not ask', 'signaling/quality.test.ts'),
  of('Q1', 'what a client does', 'client/stats/reporter.test.ts'),
  of('Q2', 'what becomes of a report', 'signaling/quality.test.ts'),
  of('Q2', 'what a client says', 'client/stats/quality-report.test.ts'),
  of('Q3', 'how far apart reports are', 'client/stats/reporter.test.ts'),
  of('Q4', 'figures stay clean', 'signaling/quality.test.ts'),
  of('Q5', 'when a client reports its join', 'client/stats/join-clock.test.ts'),
  of('Q6', 'what a client does that is not answered', 'client/stats/reporter.test.ts'),
  of('G1', 'replicas that die', 'signaling/faults.test.ts'),
  of('G4', 'the media server keeps nothing', 'signaling/call.test.ts'),
  of('G6', 'replicas that stop or are deaf', 'signaling/replicas.test.ts'),
  of('G7', 'a room that opens again is new', 'signaling/closed-rooms.test.ts'),
];
