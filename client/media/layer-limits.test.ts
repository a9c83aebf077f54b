import type { LayersWanted, MediaGeneration, ProducerId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import { askMs, LayerLimits, lessAfterMs } from './layer-limits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const camera = 'camera' as ProducerId;
const generation = 'g1' as MediaGeneration;
let revision = 0;
const wanted = (layers: number): LayersWanted => ({ producerId: camera, layers, revision: ++revision });

/** A browser's sender of three layers, and a server that knows what is watched. */
function world() {
  const asked: string[] = [];
  const server = { producers: [] as LayersWanted[] };
  const encodings = [{ active: true }, { active: true }, { active: true }];
  const sender = {
    there: true,
    track: null,
    getParameters: () => ({ encodings: encodings.map(each => ({ ...each })) }) as RTCRtpSendParameters,
    setParameters: vi.fn(async (parameters: RTCRtpSendParameters) => {
      for (const [place, { active }] of parameters.encodings.entries()) {
        const encoding = encodings[place];
        if (encoding) encoding.active = active ?? true;
      }
    }),
  };
  const request = (async (name: string) => {
    asked.push(name);
    return server;
  }) as unknown as SendRequest;
  const limits = new LayerLimits(request, id => (id === camera && sender.there ? sender : undefined));
  limits.attach(generation);
  return { limits, sender, server, asked, sent: () => encodings.filter(({ active }) => active).length };
}

test('M10 what nobody watches is left out after a while, and is there again at once', async () => {
  const { limits, sent } = world();
  limits.heed(wanted(1));
  await vi.advanceTimersByTimeAsync(lessAfterMs - 1);
  expect(sent()).toBe(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent()).toBe(1);
  limits.heed(wanted(2));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent()).toBe(2);
  limits.heed(wanted(0));
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect(sent()).toBe(0);
  limits.clear();
});

test('M10 what is wanted again meanwhile never stops, and older news are passed over', async () => {
  const { limits, sender, sent } = world();
  const old = wanted(0);
  limits.heed(wanted(1));
  limits.heed(wanted(3));
  limits.heed(old);
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect(sent()).toBe(3);
  expect(sender.setParameters).not.toHaveBeenCalled();
  limits.clear();
});

test('M11 it asks again as long as it leaves something out, so that a lost message does no harm', async () => {
  const { limits, server, asked, sent } = world();
  limits.heed(wanted(0));
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect([sent(), asked]).toEqual([0, []]);
  server.producers = [wanted(3)];
  await vi.advanceTimersByTimeAsync(askMs * 1.5);
  expect([sent(), asked]).toEqual([3, ['wantedLayers']]);
  limits.attach(undefined);
  limits.attach(generation);
  expect(asked).toHaveLength(2);
  limits.clear();
  await vi.advanceTimersByTimeAsync(askMs * 3);
  expect(asked).toHaveLength(2);
});

test('what fails is done when the answer to the next question comes, and what is not sent any more is forgotten', async () => {
  const { limits, sender, server, asked, sent } = world();
  const less = wanted(1);
  server.producers = [less];
  sender.setParameters.mockRejectedValueOnce(new Error('InvalidStateError'));
  limits.heed(less);
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect(sent()).toBe(3);
  await vi.advanceTimersByTimeAsync(askMs * 1.5 + lessAfterMs);
  expect(sent()).toBe(1);
  sender.there = false;
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(askMs * 6);
  expect(asked).toHaveLength(before);
});
