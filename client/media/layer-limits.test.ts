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
  const encodings: { active: boolean; maxFramerate?: number }[] = [
    { active: true },
    { active: true },
    { active: true },
  ];
  const sender = {
    there: true,
    track: null,
    getParameters: () => ({ encodings: encodings.map(each => ({ ...each })) }) as RTCRtpSendParameters,
    setParameters: vi.fn(async (parameters: RTCRtpSendParameters) => {
      for (const [place, { active, maxFramerate }] of parameters.encodings.entries()) {
        encodings[place] = { active: active ?? true, ...(maxFramerate !== undefined && { maxFramerate }) };
      }
    }),
  };
  const request = (async (name: string) => {
    asked.push(name);
    return server;
  }) as unknown as SendRequest;
  const limits = new LayerLimits(request, id => (id === camera && sender.there ? sender : undefined));
  limits.attach(generation);
  const active = () => encodings.filter(one => one.active);
  const rates = () => active().map(({ maxFramerate }) => maxFramerate);
  return { limits, sender, server, asked, sent: () => active().length, rates };
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

test('what one’s own network cannot take is not sent, whatever others watch, and all of it once it can', async () => {
  const { limits, sent, rates, sender } = world();
  const whole = { layers: Number.POSITIVE_INFINITY, framesPerSecond: undefined };
  limits.reduce(whole, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect(sender.setParameters).not.toHaveBeenCalled();
  limits.reduce({ layers: 2, framesPerSecond: 20 }, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect([sent(), rates()]).toEqual([2, [20, 20]]);
  limits.heed(wanted(3));
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect(sent()).toBe(2);
  limits.heed(wanted(1));
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect(sent()).toBe(1);
  limits.heed(wanted(3));
  limits.reduce(whole, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect([sent(), rates()]).toEqual([3, [undefined, undefined, undefined]]);
  limits.clear();
});

test('a reduction that could not be made is made with the next word of it, also for what is sent anew', async () => {
  const { limits, sent, sender } = world();
  const less = { layers: 1, framesPerSecond: 12 };
  sender.there = false;
  limits.reduce(less, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent()).toBe(3);
  sender.there = true;
  limits.reduce(less, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent()).toBe(1);
  limits.reduce(less, [camera]);
  await vi.advanceTimersByTimeAsync(0);
  expect(sender.setParameters).toHaveBeenCalledTimes(1);
  limits.clear();
});

test('what is not the camera is not reduced with it', async () => {
  const { limits, sent, rates } = world();
  limits.reduce({ layers: 1, framesPerSecond: 12 }, []);
  limits.heed(wanted(2));
  await vi.advanceTimersByTimeAsync(lessAfterMs);
  expect([sent(), rates()]).toEqual([2, [undefined, undefined]]);
  limits.clear();
});
