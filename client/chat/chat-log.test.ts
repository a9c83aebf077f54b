import { type ChatMessage, type ChatPage, type ChatPosition, chatStart } from '@parley/protocol';
import { expect, test, vi } from 'vitest';
import { seeded } from '../room/fixtures.ts';
import { ChatLog, checkMs, maxHeld } from './chat-log.ts';

const pageSize = 5;
const kept = 20;

/** What was written in a room, and what a server says of it. */
class Room {
  readonly all: ChatMessage[] = [];
  #fork = 0;

  write(): ChatMessage {
    const before = this.all.at(-1) ?? chatStart;
    const { seq } = before;
    const message = {
      seq: seq + 1,
      at: before.at + 10 + this.#fork,
      after: before.at,
      id: `m${seq}.${this.#fork}`,
    };
    this.all.push(message as ChatMessage);
    return message as ChatMessage;
  }

  /** Redis lost the latest messages. */
  lose(count: number): void {
    this.all.splice(Math.max(0, this.all.length - count));
    this.#fork++;
  }

  page({ since, before }: { since?: ChatPosition | undefined; before?: number | undefined } = {}): ChatPage {
    const held = this.all.slice(-kept);
    const place = held.findIndex(({ seq, at }) => seq === since?.seq && at === since.at);
    const fromStart = since?.seq === 0 && since.at === 0 && held[0]?.seq === 1;
    const end = before === undefined ? held : held.filter(({ seq }) => seq < before);
    const messages =
      place >= 0 || fromStart ? held.slice(place + 1).slice(0, pageSize) : end.slice(-pageSize);
    const { seq, at } = this.all.at(-1) ?? chatStart;
    return { messages, latest: { seq, at }, oldest: held[0]?.seq ?? 0 };
  }
}

/** A reader whose questions are answered when the test says so. */
function read(room: Room) {
  const questions: (() => void)[] = [];
  const log: ChatLog = new ChatLog({
    changed: () => {},
    gap: () => {
      const since = log.position;
      const page = room.page({ since });
      questions.push(() => log.take(page, since));
    },
  });
  const answer = () => questions.shift()?.();
  return { log, questions, answer };
}

function expectWhole(log: ChatLog, room: Room) {
  const { messages } = log;
  expect(messages).toEqual(room.all.slice(room.all.length - messages.length));
  expect(log.position?.seq).toBe(room.all.length);
}

test('H3 H5 lost, doubled, late and shuffled messages end in what the server has, also if it lost some', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const room = new Room();
    const { log, questions, answer } = read(room);
    const late: ChatMessage[] = [];
    for (let step = 0; step < 80; step++) {
      if (step === 10) log.take(room.page());
      if (step === 40 && seed % 2 === 0) room.lose(Math.floor(random() * 5));
      const message = room.write();
      const dice = random();
      if (dice < 0.2) late.push(message);
      else if (dice > 0.35) log.receive(message);
      if (dice > 0.9) log.receive(message);
      if (random() < 0.3) for (const one of late.splice(0)) log.receive(one);
      if (random() < 0.3) answer();
      if (random() < 0.05) {
        // A reconnection, which is told what came after.
        const since = log.position;
        if (since) log.take(room.page({ since }), since);
      }
    }
    for (let i = 0; questions.length > 0; i++) {
      expect(i, `seed ${seed} asks on and on`).toBeLessThan(50);
      answer();
    }
    log.receive(room.write());
    for (let i = 0; questions.length > 0; i++) {
      expect(i, `seed ${seed} asks on and on`).toBeLessThan(50);
      answer();
    }
    expectWhole(log, room);
    log.stop();
  }
});

test('H7 messages that come before the answer to a join wait for it', () => {
  const room = new Room();
  const { log, questions } = read(room);
  room.write();
  const page = room.page();
  const second = room.write();
  log.receive(second);
  expect(log.messages).toEqual([]);
  log.take(page);
  expectWhole(log, room);
  expect(questions).toHaveLength(0);
  log.stop();
});

test('H7 who joins anew keeps what they read, if the chat goes on from there', () => {
  const room = new Room();
  const { log } = read(room);
  for (let i = 0; i < 3; i++) room.write();
  log.take(room.page());
  log.entering();
  room.write();
  log.take(room.page());
  expect(log.messages).toHaveLength(4);
  log.entering();
  for (let i = 0; i < 2 * pageSize; i++) room.write();
  log.take(room.page());
  expect(log.messages).toHaveLength(pageSize);
  expectWhole(log, room);
  log.entering();
  room.lose(100);
  log.take(room.page());
  expect(log.messages).toEqual([]);
  log.stop();
});

test('H4 older pages are put before the first, as far as they are kept', () => {
  const room = new Room();
  const { log } = read(room);
  for (let i = 0; i < 30; i++) room.write();
  log.take(room.page());
  for (let i = 0; i < 10 && log.olderThan !== undefined; i++)
    log.takeOlder(room.page({ before: log.olderThan }));
  expect(log.messages).toEqual(room.all.slice(-kept));
  log.takeOlder(room.page({ before: 20 }));
  expect(log.messages).toHaveLength(kept);
  log.stop();
});

test('H3 a number that was answered but not heard of is asked for, and so is 30 s of silence', () => {
  vi.useFakeTimers();
  try {
    const room = new Room();
    const { log, questions, answer } = read(room);
    log.take(room.page());
    log.expect(room.write().seq);
    expect(questions).toHaveLength(1);
    room.write();
    answer();
    log.expect(1);
    expect(questions).toHaveLength(0);
    vi.advanceTimersByTime(checkMs);
    answer();
    expectWhole(log, room);
    vi.advanceTimersByTime(checkMs);
    expect(questions).toHaveLength(1);
    log.resyncFailed();
    vi.advanceTimersByTime(checkMs);
    expect(questions).toHaveLength(2);
    log.stop();
    vi.advanceTimersByTime(10 * checkMs);
    expect(questions).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test('a long meeting does not fill the memory', () => {
  const room = new Room();
  const { log } = read(room);
  log.take(room.page());
  for (let i = 0; i < maxHeld + 10; i++) log.receive(room.write());
  expect(log.messages).toHaveLength(maxHeld);
  expectWhole(log, room);
  log.stop();
});
