import { type MediaGeneration, type RefusalCode, RefusalError, type RequestName } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { expect, test } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import type { Publisher } from './link.ts';
import { Publication } from './publication.ts';

const track = (id: string) => ({ id, kind: 'video' }) as MediaStreamTrack;
const [one, two] = [track('one'), track('two')];

/** A server and links that note down what is asked of them. */
function world() {
  const said: string[] = [];
  const refusals: RefusalCode[] = [];
  const refuse = async () => {
    await Promise.resolve();
    const code = refusals.shift();
    if (code) throw new RefusalError(code, code);
  };
  const request = (async (name: RequestName, body: { paused?: boolean }) => {
    said.push(name === 'pauseProducer' ? (body.paused ? 'pause' : 'resume') : name);
    await refuse();
    return {};
  }) as SendRequest;
  const link = (generation = 'g1') => {
    const made = {
      made: undefined as unknown as types.Producer,
      generation: generation as MediaGeneration,
      closed: false,
      produce: async (publish: Parameters<Publisher['produce']>[0]) => {
        said.push(`publish ${publish.track.id}${publish.paused ? ' paused' : ''}`);
        await refuse();
        let sent = publish.track;
        let paused = publish.paused;
        made.made = {
          get paused() {
            return paused;
          },
          get track() {
            return sent;
          },
          replaceTrack: async (by: { track: MediaStreamTrack }) => {
            said.push(`replace ${by.track.id}`);
            sent = by.track;
          },
          pause: () => {
            paused = true;
          },
          resume: () => {
            paused = false;
          },
          close: () => said.push('close'),
        } as unknown as types.Producer;
        return made.made;
      },
    };
    return made;
  };
  return { said, refusals, link, publication: new Publication('camera', request, () => {}) };
}

test('waits for a link, sends, replaces, pauses and stops', async () => {
  const { said, link, publication } = world();
  const sent = publication.want({ track: one, paused: false });
  expect(said).toEqual([]);
  publication.attach(link());
  await sent;
  await publication.want({ track: two, paused: false });
  await publication.want({ track: two, paused: true });
  await publication.want({ track: two, paused: false });
  await publication.want(undefined);
  expect(said).toEqual(['publish one', 'replace two', 'pause', 'resume', 'close', 'unpublish']);
  expect(publication.producerId).toBeUndefined();
});

test('what is wanted right after attaching is sent', async () => {
  const { said, link, publication } = world();
  publication.attach(link());
  await publication.want({ track: one, paused: false });
  expect(said).toEqual(['publish one']);
});

test('of many wishes at once only the last has to come true', async () => {
  const { said, link, publication } = world();
  publication.attach(link());
  await Promise.all([
    publication.want({ track: one, paused: false }),
    publication.want({ track: two, paused: true }),
    publication.want(undefined),
    publication.want({ track: two, paused: false }),
  ]);
  expect(said).toEqual(['publish one', 'replace two']);
});

test('sound that is to be sent otherwise is published anew, once', async () => {
  const { said, link, publication } = world();
  publication.attach(link());
  const speech = { track: one, paused: false };
  await publication.want({ ...speech, sound: { dtx: true } });
  await publication.want({ ...speech, sound: { dtx: true } });
  await publication.want({ ...speech, sound: { dtx: false } });
  expect(said).toEqual(['publish one', 'close', 'unpublish', 'publish one']);
});

test('sends the same again, still paused, over a new link', async () => {
  const { said, link, publication } = world();
  const first = link();
  publication.attach(first);
  await publication.want({ track: one, paused: false });
  await publication.want({ track: one, paused: true });
  const id = publication.producerId;
  first.closed = true;
  publication.attach(undefined);
  const again = publication.want({ track: one, paused: true });
  publication.attach(link());
  await again;
  expect(said).toEqual(['publish one', 'pause', 'publish one paused']);
  expect(publication.producerId).not.toBe(id);
});

test('keeps its producer while only signaling is away', async () => {
  const { said, link, publication } = world();
  const kept = link();
  publication.attach(kept);
  await publication.want({ track: one, paused: false });
  publication.attach(undefined);
  const paused = publication.want({ track: one, paused: true });
  publication.attach(kept);
  await paused;
  expect(said).toEqual(['publish one', 'pause']);
});

test('tries again what may pass, under a new id', async () => {
  const { said, refusals, link, publication } = world();
  refusals.push('unavailable');
  publication.attach(link());
  await publication.want({ track: one, paused: false });
  expect(said).toEqual(['publish one', 'unpublish', 'publish one']);
});

test('gives up what is refused for good', async () => {
  const { refusals, link, publication } = world();
  refusals.push('forbidden');
  publication.attach(link());
  await expect(publication.want({ track: one, paused: false })).rejects.toMatchObject({ code: 'forbidden' });
  expect(publication.wanted).toBeUndefined();
  await publication.want({ track: two, paused: false });
});

test('tells those who wait when it is all over', async () => {
  const { publication } = world();
  const sent = publication.want({ track: one, paused: false });
  publication.cancel(new RefusalError('room_ended', 'Over.'));
  await expect(sent).rejects.toMatchObject({ code: 'room_ended' });
});

test('O3 who is muted by somebody else is muted, and may go on', async () => {
  const { said, link, publication } = world();
  publication.attach(link());
  await publication.want({ track: one, paused: false });
  publication.heed(false);
  publication.heed(true);
  expect(publication.wanted).toEqual({ track: one, paused: true });
  expect(said).toEqual(['publish one']);
  const unmuted = publication.want({ track: one, paused: false });
  publication.heed(false);
  await unmuted;
  expect(publication.wanted?.paused).toBe(false);
  expect(said).toEqual(['publish one', 'resume']);
});

test('O3 what was paused before one’s own change is no mute, what is paused after it is', async () => {
  const { link, publication } = world();
  publication.attach(link());
  await publication.want({ track: one, paused: true });
  publication.heed(true);
  const unmuted = publication.want({ track: one, paused: false });
  publication.heed(true);
  publication.heed(false);
  await unmuted;
  expect(publication.wanted?.paused).toBe(false);
  const again = publication.want({ track: two, paused: false });
  publication.heed(true);
  await again;
  expect(publication.wanted).toEqual({ track: two, paused: true });
});

test('V2 sends over both links while the room moves, and over the new one alone after that', async () => {
  const { said, link, publication } = world();
  const [former, current] = [link('g1'), link('g2')];
  publication.attach(former);
  await publication.want({ track: one, paused: false });
  const before = publication.producerId;
  publication.attach(undefined);
  expect(publication.isOver(current)).toBe(false);
  publication.attach(current);
  await publication.want({ track: one, paused: false });
  expect(said).toEqual(['publish one', 'publish one']);
  expect(publication.isOver(current)).toBe(true);
  expect(publication.producerIds).toEqual([publication.producerId, before]);

  await publication.want({ track: two, paused: false });
  expect(said.slice(2).toSorted()).toEqual(['replace two', 'replace two']);
  former.closed = true;
  publication.attach(current);
  expect(publication.producerIds).toEqual([publication.producerId]);
  await publication.want(undefined);
  expect(said.slice(4)).toEqual(['close', 'unpublish']);
});

test('V2 what is stopped while the room moves is stopped everywhere', async () => {
  const { said, link, publication } = world();
  publication.attach(link('g1'));
  await publication.want({ track: one, paused: false });
  publication.attach(link('g2'));
  await publication.want({ track: one, paused: false });
  await publication.want(undefined);
  expect(said.slice(2)).toEqual(['close', 'unpublish', 'close', 'unpublish']);
  expect(publication.producerIds).toEqual([]);
});

test('is silent from the moment of muting, also while the server cannot be told', async () => {
  const { link, publication } = world();
  const kept = link();
  publication.attach(kept);
  await publication.want({ track: one, paused: false });
  const producer = kept.made;
  publication.attach(undefined);
  const muted = publication.want({ track: one, paused: true });
  expect(producer.paused).toBe(true);
  const unmuted = publication.want({ track: one, paused: false });
  publication.attach(kept);
  await Promise.all([muted, unmuted]);
  expect(producer.paused).toBe(false);
});

/** A world whose server answers only when it is told to. */
function slowly() {
  const made = world();
  const [former, current] = [made.link('g1'), made.link('g2')];
  const answers: (() => void)[] = [];
  /** Has what is published over this link wait for an answer, while it sends already. */
  const hold = (link: typeof current) => {
    const { produce } = link;
    link.produce = async publish => {
      const producer = await produce(publish);
      publish.sends?.(producer);
      await new Promise<void>(resolve => answers.push(resolve));
      return producer;
    };
  };
  return { ...made, former, current, hold, answers };
}

test('V2 who unmutes while the room moves is heard by those too who have not moved yet', async () => {
  const { link, publication } = world();
  const [former, current] = [link('g1'), link('g2')];
  publication.attach(former);
  await publication.want({ track: one, paused: true });
  publication.attach(current);
  await publication.want({ track: one, paused: true });
  const producers = [former.made, current.made];
  await publication.want({ track: one, paused: false });
  expect(producers.map(({ paused }) => paused)).toEqual([false, false]);
  await publication.want({ track: one, paused: true });
  expect(producers.map(({ paused }) => paused)).toEqual([true, true]);
});

test('V2 what the former media refuses as it is over holds nothing up', async () => {
  const { refusals, link, publication } = world();
  publication.attach(link('g1'));
  await publication.want({ track: one, paused: false });
  publication.attach(link('g2'));
  await publication.want({ track: one, paused: false });
  const muted = publication.want({ track: one, paused: true });
  await Promise.resolve();
  refusals.push('not_found');
  await muted;
  expect(publication.producerIds).toEqual([publication.producerId]);
});

test('nothing is sent from the moment of muting, also while the server has not answered', async () => {
  const { current, hold, answers, publication } = slowly();
  hold(current);
  publication.attach(current);
  const sent = publication.want({ track: one, paused: false });
  await expect.poll(() => answers.length).toBe(1);
  expect(current.made.paused).toBe(false);
  const muted = publication.want({ track: one, paused: true });
  expect(current.made.paused).toBe(true);
  answers.shift()?.();
  await Promise.all([sent, muted]);
  expect(current.made.paused).toBe(true);
});

test('V8 who is muted by somebody else while the new media is made is muted in both', async () => {
  const { said, former, current, hold, answers, publication } = slowly();
  publication.attach(former);
  await publication.want({ track: one, paused: false });
  const before = publication.producerId;
  hold(current);
  publication.attach(current);
  await expect.poll(() => answers.length).toBe(1);
  publication.heed(true, before);
  answers.shift()?.();
  await expect.poll(() => said.at(-1)).toBe('pause');
  expect(publication.wanted).toEqual({ track: one, paused: true });
  expect([former.made.paused, current.made.paused]).toEqual([true, true]);
});

test('V2 a mute is not undone by the answer to an unmute that comes when the room moves', async () => {
  let answer: (() => void) | undefined;
  const request = (async (name: RequestName, body: { paused?: boolean }) => {
    if (name === 'pauseProducer' && !body.paused) await new Promise<void>(resolve => (answer = resolve));
    return {};
  }) as SendRequest;
  const former = world().link('g1');
  const publication = new Publication('camera', request, () => {});
  publication.attach(former);
  await publication.want({ track: one, paused: true });
  void publication.want({ track: one, paused: false });
  await expect.poll(() => answer).toBeDefined();
  void publication.want({ track: one, paused: true });
  publication.attach(undefined);
  answer?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(former.made.paused).toBe(true);
});

test('V2 another device is used at once, also between the links', async () => {
  const { said, link, publication } = world();
  const [former, current] = [link('g1'), link('g2')];
  publication.attach(former);
  await publication.want({ track: one, paused: false });
  publication.attach(undefined);
  await publication.want({ track: two, paused: false });
  expect(said.at(-1)).toBe('replace two');
  publication.attach(current);
  await publication.want({ track: two, paused: false });
  expect([former.made.track, current.made.track]).toEqual([two, two]);
});
