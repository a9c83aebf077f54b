import type { LogPosition, Missed, RoomEvent, RoomSnapshot } from '@parley/protocol';
import { expect, test, vi } from 'vitest';
import { empty, history, participant, seeded } from './fixtures.ts';
import { checkMs, RoomLog } from './log.ts';

const everything = (snapshot: RoomSnapshot | undefined): Missed => ({ snapshot: snapshot ?? empty });

/** `missed` is what the server answers when its turn comes. */
function follow(missed: (since: LogPosition | undefined) => Missed) {
  const asked = { gaps: 0 };
  const log = new RoomLog({
    changed: () => {},
    gap: () => {
      asked.gaps++;
      const since = log.position;
      queue.push(() => log.take(missed(since)));
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
    const { log, answerOne } = follow(since => {
      // The server knows what happened from number 5 on.
      if (!since || since.seq < 5) return everything(states[sent]);
      return { events: events.slice(since.seq, sent) };
    });
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
  const { log, asked } = follow(() => everything(empty));
  const { events, states } = history(8, seeded(1));
  for (const event of events) log.receive(event);
  expect(log.snapshot).toBeUndefined();
  expect(asked.gaps).toBe(0);
  log.reset(states[5] ?? empty);
  expect(log.snapshot).toEqual(states[8]);
});

test('asks once for one gap, and again if that failed', () => {
  const { log, asked } = follow(() => everything(empty));
  const { events } = history(8, seeded(2));
  log.reset(empty);
  for (const event of events.slice(1, 5)) log.receive(event);
  expect(asked.gaps).toBe(1);
  log.resyncFailed();
  for (const event of events.slice(5)) log.receive(event);
  expect(asked.gaps).toBe(2);
});

test('a new snapshot keeps the order of those who were there', () => {
  const { log } = follow(() => everything(empty));
  log.reset({ ...empty, participants: [participant('b'), participant('a')] });
  log.reset({ ...empty, participants: [participant('n'), participant('a'), participant('b')] });
  expect(log.snapshot?.participants.map(({ id }) => id)).toEqual(['b', 'a', 'n']);
});

test('S2 an event that overtakes the answer to resume is kept', () => {
  const { log } = follow(() => everything(states[6]));
  const { events, states } = history(6, seeded(3));
  log.reset(states[4] ?? empty);
  for (const event of events.slice(4)) log.receive(event);
  log.reset(states[4] ?? empty);
  expect(log.snapshot).toEqual(states[6]);
});

test('S2 an event that overtakes the answer to sync is kept, and asked for no more', () => {
  const { log, asked } = follow(() => everything(empty));
  const { events, states } = history(6, seeded(3));
  log.reset(states[4] ?? empty);
  log.resync();
  for (const event of events.slice(4)) log.receive(event);
  log.reset(states[4] ?? empty);
  expect(log.snapshot).toEqual(states[6]);
  expect(asked.gaps).toBe(1);
});

test('S6 a server whose state went back is followed', () => {
  const { log, answerOne } = follow(() => everything(states[2]));
  const { states } = history(6, seeded(4));
  log.reset(states[6] ?? empty);
  log.reset(states[2] ?? empty);
  answerOne();
  expect(log.snapshot).toEqual(states[2]);
});

test('S6 what was heard of a state that the server lost is forgotten, and asked for no more', () => {
  const { log, asked, answerOne } = follow(() => everything(states[2]));
  const { events, states } = history(6, seeded(4));
  log.reset(states[3] ?? empty);
  for (const event of events.slice(4)) log.receive(event);
  answerOne();
  expect(log.snapshot).toEqual(states[2]);
  // Number 6 came after the question, so it might have been news.
  expect(asked.gaps).toBe(2);
  answerOne();
  expect(log.snapshot).toEqual(states[2]);
  expect(asked.gaps).toBe(2);
});

test('S5 a number that fits and a time that does not is a gap', () => {
  const { log, asked, answerOne } = follow(() => everything(states[6]));
  const { events, states } = history(6, seeded(4));
  log.reset({ ...(states[4] ?? empty), at: 41 });
  for (const event of events.slice(4)) log.receive(event);
  expect(log.snapshot?.seq).toBe(4);
  expect(asked.gaps).toBe(1);
  answerOne();
  expect(log.snapshot).toEqual(states[6]);
});

test('S6 says what it knows, and goes on from there with what it missed', () => {
  const { events, states } = history(8, seeded(5));
  const questions: (LogPosition | undefined)[] = [];
  const { log, answerOne } = follow(since => {
    questions.push(since);
    return { events: events.slice(since?.seq, 7) };
  });
  expect(log.position).toBeUndefined();
  log.reset(states[4] ?? empty);
  log.receive(events[6] as RoomEvent);
  log.receive(events[7] as RoomEvent);
  answerOne();
  expect(questions).toEqual([{ seq: 4, at: 40 }]);
  expect(log.snapshot).toEqual(states[8]);
});

test('S6 an answer without events changes nothing, and one that comes after the end is ignored', () => {
  const { events, states } = history(2, seeded(5));
  const { log, answerOne } = follow(() => ({ events: [] }));
  log.reset(states[2] ?? empty);
  const before = log.snapshot;
  log.resync();
  answerOne();
  expect(log.snapshot).toBe(before);
  log.clear();
  log.take({ events });
  expect(log.snapshot).toBeUndefined();
});

test('S3 the state is asked for 30 s after the last news, as that may be lost', () => {
  vi.useFakeTimers();
  try {
    const { log, asked } = follow(() => everything(empty));
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
