import type { Participant, Producer, RoomEvent, RoomSnapshot } from '@parley/protocol';
import { applyEvent } from './events.ts';

export const empty = {
  seq: 0,
  at: 0,
  generation: 'g0',
  participants: [],
  locked: false,
} as unknown as RoomSnapshot;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function participant(id: string, ...producers: Producer[]): Participant {
  return { id, displayName: id, role: 'speaker', connected: true, producers } as Participant;
}

export function producer(id: string, source: Producer['source'] = 'camera', paused = false): Producer {
  return { id, kind: source === 'microphone' ? 'audio' : 'video', source, paused } as Producer;
}

/** A history of a room: `length` events in order, and the state after each of them. */
export function history(length: number, random: () => number) {
  const events: RoomEvent[] = [];
  const states: RoomSnapshot[] = [empty];
  let state = empty;
  for (let seq = 1; seq <= length; seq++) {
    const event = { ...randomChange(state, seq, random), seq, at: seq * 10, after: state.at } as RoomEvent;
    const applied = applyEvent(state, event);
    if (applied.result !== 'applied') throw new Error(`${event.type} ${seq}: ${applied.result}`);
    state = applied.snapshot;
    events.push(event);
    states.push(state);
  }
  return { events, states };
}

function randomChange(state: RoomSnapshot, seq: number, random: () => number): object {
  const some = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const one = some(state.participants);
  const sent = one && some(one.producers);
  const dice = random();
  if (!one || dice < 0.3) return { type: 'participantJoined', participant: participant(`p${seq}`) };
  const participantId = one.id;
  if (dice < 0.4) return { type: 'participantLeft', participantId };
  if (dice < 0.42)
    return { type: 'participantRole', participantId, role: random() < 0.5 ? 'viewer' : 'owner' };
  if (dice < 0.425) return { type: 'handRaised', participantId, raised: random() < 0.5 };
  if (dice < 0.43) return { type: 'roomLocked', locked: !state.locked };
  if (dice < 0.44) return { type: 'mediaLost', participantId, generation: state.generation, loss: `l${seq}` };
  if (dice < 0.45) return { type: 'mediaReset', generation: `g${seq}` };
  if (dice < 0.55) return { type: 'participantConnection', participantId, connected: random() < 0.5 };
  if (!sent || dice < 0.8) return { type: 'producerAdded', participantId, producer: producer(`m${seq}`) };
  if (dice < 0.9)
    return { type: 'producerPaused', participantId, producerId: sent.id, paused: random() < 0.5 };
  return { type: 'producerRemoved', participantId, producerId: sent.id };
}
