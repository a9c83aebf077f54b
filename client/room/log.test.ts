import type { RoomEvent, RoomSnapshot } from '@parley/protocol';
import { expect, test, vi } from 'vitest';
import { empty, history, participant, seeded } from './fixtures.ts';
import { checkMs, RoomLog } from './log.ts';

function follow(snapshotNow: () => RoomSnapshot) {
  const asked = { gaps: 0 };
  const log = new RoomLog({
    changed: () => {},
    gap: () => {
      asked.gaps++;
      queue.push(() => log.reset(snapshotNow()));
    },
  });
  const queue: (() => void)[] = [];
  return { log, asked, answerOne: () => queue.shift()?.() };
}

test('lost, doubled, late and shuffled events end in the state that the server has', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const { events, states } = history(60, random);
    let sent = 0;
    const { log, answerOne } = follow(() => states[sent] ?? empty);
    const late: RoomEvent[] = [];
    const receiveLate = () => {
      for (const event of late.splice(0)) log.receive(event);
    };
    for (const event of events) {
      sent = event.seq;
      if (sent === 10) log.reset(states[Math.floor(random() * 10)] ?? empty);
      const dice = random();
      if (dice < 0.1) continue;
      if (dice < 0.2) late.push(event);
      else log.receive(event);
      if (dice > 0.9) log.receive(event);
      if (random() < 0.3) receiveLate();
      if (random() < 0.3) answerOne();
    }
    receiveLate();
    const last = events.at(-1);
    if (last) log.receive(last);
    while (log.snapshot?.seq !== events.length) {
      const before = log.snapshot;
      answerOne();
      expect(log.snapshot, `seed ${seed} is stuck`).not.toBe(before);
    }
    expect(sorted(log.snapshot), `seed ${seed}`).toEqual(sorted(states.at(-1)));
  }
});

function sorted(snapshot: RoomSnapshot | undefined) {
  return {
    ...snapshot,
    participants: snapshot?.participants.toSorted((one, other) => one.id.localeCompare(other.id)),
  };
}

test('events before the first snapshot wait for it', () => {
  const { log, asked } = follow(() => empty);
  const { events, states } = history(8, seeded(1));
  for (const event of events) log.receive(event);
  expect(log.snapshot).toBeUndefined();
  expect(asked.gaps).toBe(0);
  log.reset(states[5] ?? empty);
  expect(log.snapshot).toEqual(states[8]);
});

test('asks once for one gap, and again if that failed', () => {
  const { log, asked } = follow(() => empty);
  const { events } = history(8, seeded(2));
  log.reset(empty);
  for (const event of events.slice(1, 5)) log.receive(event);
  expect(asked.gaps).toBe(1);
  log.resyncFailed();
  for (const event of events.slice(5)) log.receive(event);
  expect(asked.gaps).toBe(2);
});

test('a new snapshot keeps the order of those who were there', () => {
  const { log } = follow(() => empty);
  log.reset({ ...empty, participants: [participant('b'), participant('a')] });
  log.reset({ ...empty, participants: [participant('n'), participant('a'), participant('b')] });
  expect(log.snapshot?.participants.map(({ id }) => id)).toEqual(['b', 'a', 'n']);
});

test('S2 an event that overtakes the answer to resume is kept', () => {
  const { log } = follow(() => states[6] ?? empty);
  const { events, states } = history(6, seeded(3));
  log.reset(states[4] ?? empty);
  for (const event of events.slice(4)) log.receive(event);
  log.reset(states[4] ?? empty);
  expect(log.snapshot).toEqual(states[6]);
});

test('S2 an event that overtakes the answer to snapshot is kept, and asked for no more', () => {
  const { log, asked } = follow(() => empty);
  const { events, states } = history(6, seeded(3));
  log.reset(states[4] ?? empty);
  log.resync();
  for (const event of events.slice(4)) log.receive(event);
  log.reset(states[4] ?? empty);
  expect(log.snapshot).toEqual(states[6]);
  expect(asked.gaps).toBe(1);
});

test('a server whose state went back is followed', () => {
  const { log, answerOne } = follow(() => states[2] ?? empty);
  const { states } = history(6, seeded(4));
  log.reset(states[6] ?? empty);
  log.reset(states[2] ?? empty);
  answerOne();
  expect(log.snapshot).toEqual(states[2]);
});

test('S3 the state is asked for 30 s after the last news, as that may be lost', () => {
  vi.useFakeTimers();
  try {
    const { log, asked } = follow(() => empty);
    const { events, states } = history(2, seeded(5));
    log.reset(states[0] ?? empty);
    vi.advanceTimersByTime(checkMs - 1);
    for (const event of events) log.receive(event);
    vi.advanceTimersByTime(checkMs - 1);
    expect(asked.gaps).toBe(0);
    vi.advanceTimersByTime(1);
    expect(asked.gaps).toBe(1);
    log.resyncFailed();
    vi.advanceTimersByTime(checkMs);
    expect(asked.gaps).toBe(2);
    log.clear();
    vi.advanceTimersByTime(10 * checkMs);
    expect(asked.gaps).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
