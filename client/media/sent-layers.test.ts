import { expect, test, vi } from 'vitest';
import { chooseSending, scalableCamera } from './encodings.ts';
import { layersInStream, sendLayers } from './sent-layers.ts';

const size = { width: 1280, height: 720 };

/** A browser's sender of a camera of that size. */
function camera(encodings: object[], track: { getSettings(): object } | null = { getSettings: () => size }) {
  let now: object[] = encodings.map(each => ({ active: true, ...each }));
  const copy = () => now.map(each => ({ ...each }));
  return {
    track,
    getParameters: () => ({ encodings: copy() }) as RTCRtpSendParameters,
    setParameters: vi.fn(async (parameters: RTCRtpSendParameters) => {
      now = parameters.encodings;
    }),
    now: () => now,
  };
}

test.each([
  [1, { active: true, scalabilityMode: 'L1T3', scaleResolutionDownBy: 4, maxBitrate: 150_000 }],
  [2, { active: true, scalabilityMode: 'L2T3_KEY', scaleResolutionDownBy: 2, maxBitrate: 650_000 }],
  [3, { active: true, scalabilityMode: 'L3T3_KEY', scaleResolutionDownBy: 1, maxBitrate: 2_150_000 }],
  [8, { active: true, scalabilityMode: 'L3T3_KEY', scaleResolutionDownBy: 1, maxBitrate: 2_150_000 }],
])('M10 %i layers of one stream keep their sizes, and all come back', async (layers, encoding) => {
  const sender = camera(chooseSending('camera', { ...size, layering: 'scalable' }).encodings);
  const all = layersInStream(sender);
  expect(all).toBe(3);
  await sendLayers(sender, layers, all);
  expect(sender.now()).toEqual([encoding]);
  await sendLayers(sender, 0, all);
  expect(sender.now()).toEqual([{ ...encoding, active: false }]);
  await sendLayers(sender, 3, all);
  expect(sender.now()).toEqual([{ ...scalableCamera(size, 3), active: true }]);
});

test('M10 what is sent already is not sent anew, which would begin with a key frame', async () => {
  const sender = camera([{ active: true, ...scalableCamera(size, 3) }]);
  await sendLayers(sender, 3, 3);
  expect(sender.setParameters).not.toHaveBeenCalled();
});

test('M10 of simulcast the larger streams stop, each as it is', async () => {
  const { encodings } = chooseSending('camera', size);
  const sender = camera(encodings);
  await sendLayers(sender, 2, layersInStream(sender));
  expect(sender.now()).toEqual(encodings.map((each, place) => ({ ...each, active: place < 2 })));
});

test('M10 a screen in one layer, and what a browser sends that says nothing of layers, is sent whole or not at all', async () => {
  for (const encodings of [
    chooseSending('screen', { layering: 'scalable' }).encodings,
    [{ maxBitrate: 1 }],
  ]) {
    const sender = camera(encodings, null);
    expect(layersInStream(sender)).toBe(1);
    await sendLayers(sender, 1, 1);
    expect(sender.setParameters).not.toHaveBeenCalled();
    await sendLayers(sender, 0, 1);
    expect(sender.now()).toEqual(encodings.map(each => ({ ...each, active: false })));
  }
});
