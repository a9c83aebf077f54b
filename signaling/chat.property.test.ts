/** Random people who write, repeat themselves, lose connection and come back, over two replicas: everyone reads the same. */
import { randomUUID } from 'node:crypto';
import {
  type ChatMessage,
  type ChatMessageId,
  type ReadyPlacement,
  RefusalError,
  redisKeys,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallChat } from '../client/chat/call-chat.ts';
import type { SendRequest } from '../client/connection/connection.ts';
import { TestClient } from './testing/client.ts';
import { useStage } from './testing/stage.ts';

const stage = useStage({ settings: { GRACE_SECONDS: '60' } });

/** Somebody with the chat of the client library, on a connection that the test takes away and gives. */
class Reader implements Disposable {
  readonly chat: CallChat;
  readonly room: ReadyPlacement;
  readonly written: { id: ChatMessageId; text: string }[] = [];
  #client: TestClient | undefined;
  #replica: number;
  #membership: { participantId: string; sessionSecret: string } | undefined;

  constructor(room: ReadyPlacement, replica: number) {
    this.room = room;
    this.#replica = replica;
    const gone = () => new RefusalError('unavailable', 'There is no connection.');
    const request = async (...[name, parameters]: Parameters<SendRequest>) => {
      const client = this.#client;
      if (!client?.socket.connected) throw gone();
      const answer = await client.ask(name, parameters).catch(() => {
        throw gone();
      });
      if (answer.ok) return answer.value;
      throw RefusalError.fromJson(answer.error);
    };
    this.chat = new CallChat(request as SendRequest);
  }

  get connected(): boolean {
    return this.#client !== undefined;
  }

  async join(): Promise<void> {
    this.#membership = undefined;
    this.chat.entering();
    const client = await this.#connect();
    const joined = await client.join(this.room.key);
    this.#membership = joined;
    this.#client = client;
    this.chat.entered(joined.participantId, joined.chat);
  }

  /** Comes back at the other replica. */
  async resume(): Promise<void> {
    if (!this.#membership) return this.join();
    const { participantId, sessionSecret } = this.#membership;
    const client = await this.#connect();
    const chatSince = this.chat.position;
    const request = { room: this.room.key, participantId, sessionSecret, chatSince };
    const { chat } = await client.get('resume', request as Parameters<typeof client.get<'resume'>>[1]);
    this.#client = client;
    this.chat.resumed(chat, chatSince);
  }

  drop(): void {
    this.#client?.drop();
    this.#client = undefined;
  }

  write(text: string): void {
    this.written.push({ id: this.chat.send(text), text });
  }

  /** Sends once more what is on its way, or else what was written last. */
  async repeat(): Promise<void> {
    const sending = this.chat.snapshot().messages.find(({ state }) => state === 'sending');
    const { id, text } = sending ?? this.written.at(-1) ?? {};
    if (id && text) await this.#client?.ask('sendChat', { id, text }).catch(() => undefined);
  }

  read(): { seq: number | undefined; id: string; text: string; state: string }[] {
    return this.chat.snapshot().messages.map(({ seq, id, text, state }) => ({ seq, id, text, state }));
  }

  async history(): Promise<ChatMessage[]> {
    const all: ChatMessage[] = [];
    for (;;) {
      const page = await this.#client?.get('chatHistory', { before: all[0]?.seq });
      if (!page || page.messages.length === 0) return all;
      all.unshift(...page.messages);
    }
  }

  async #connect(): Promise<TestClient> {
    this.drop();
    this.#replica = 1 - this.#replica;
    const client = new TestClient(stage.replica(this.#replica).port);
    client.socket.on('chat', (message: ChatMessage) => this.chat.receive(message));
    return client.connected();
  }

  [Symbol.dispose](): void {
    this.drop();
    this.chat.close(new RefusalError('room_ended', 'The test is over.'));
  }
}

const step = fc.record({
  who: fc.nat(2),
  does: fc.oneof(
    { weight: 6, arbitrary: fc.constant('write' as const) },
    { weight: 2, arbitrary: fc.constant('repeat' as const) },
    { weight: 2, arbitrary: fc.constant('drop' as const) },
    { weight: 3, arbitrary: fc.constant('resume' as const) },
    { weight: 1, arbitrary: fc.constant('join anew' as const) },
  ),
});
/** Steps of one round are done at once. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });

async function take({ who, does }: { who: number; does: string }, readers: Reader[], text: string) {
  const reader = readers[who];
  if (!reader) return;
  if (does === 'write') reader.write(text);
  if (does === 'repeat') await reader.repeat();
  if (does === 'drop') reader.drop();
  if (does === 'resume') await reader.resume();
  if (does === 'join anew') await reader.join();
}

test('H1 H2 H3 H7 whoever writes, repeats, goes and comes: everyone ends with the same list, without gap or double', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async rounds => {
      const room = await stage.newRoom();
      using stack = new DisposableStack();
      const readers = [0, 1, 0].map(replica => stack.use(new Reader(room, replica)));
      for (const reader of readers) await reader.join();
      for (const round of rounds) {
        // What is tested elsewhere: how fast one may write.
        await stage.redis.del(redisKeys.chatPace(room.key));
        // What one and the same person does comes one after the other.
        const byPerson = Map.groupBy(round, ({ who }) => who);
        await Promise.all(
          [...byPerson.values()].map(async steps => {
            for (const step of steps) await take(step, readers, randomUUID());
          }),
        );
      }
      for (const reader of readers) if (!reader.connected) await reader.resume();
      const written = readers.flatMap(reader => reader.written);
      for (const reader of readers) {
        await eventually('everyone to have read all', () => {
          const read = reader.read();
          return read.length === written.length && read.every(({ state, seq }) => state === 'sent' && seq);
        });
      }

      const history = (await readers[0]?.history()) ?? [];
      expect(
        history.map(({ seq }) => seq),
        'H1',
      ).toEqual(history.map((_, index) => index + 1));
      expect(
        history.map(({ after }) => after),
        'H1',
      ).toEqual([0, ...history.map(({ at }) => at)].slice(0, -1));
      expect(history.map(({ id }) => id).toSorted(), 'H2').toEqual(written.map(({ id }) => id).toSorted());
      const expected = history.map(({ seq, id, text }) => ({ seq, id, text, state: 'sent' }));
      for (const reader of readers) {
        expect(reader.read(), 'H3').toEqual(expected);
        const own = reader.written.map(({ id }) => id);
        expect(
          history.filter(({ id }) => own.includes(id)).map(({ id }) => id),
          'in their order',
        ).toEqual(own);
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
