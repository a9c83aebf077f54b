import type { VideoCodec } from '@parley/client';
import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { keepPeers } from './peers.ts';
import type { Person } from './person.ts';

const fixture = useFixture();
const { kube, makeRoom } = fixture;
let ada: Person;
let ben: Person;

interface Received {
  codec: string;
  width: number;
  frames: number;
  bytes: number;
  soundPackets: number;
}

/** What a page receives of the one other person's camera and microphone. */
async function received({ page }: Person): Promise<Received> {
  return page.evaluate(async () => {
    const sum = { codec: '', width: 0, frames: 0, bytes: 0, soundPackets: 0 };
    for (const peer of window.connections ?? []) {
      const report = await peer.getStats();
      for (const stats of report.values()) {
        if (stats.type !== 'inbound-rtp' || stats.mid === 'probator') continue;
        if (stats.kind === 'audio') sum.soundPackets += stats.packetsReceived;
        else {
          sum.codec = report.get(stats.codecId)?.mimeType ?? sum.codec;
          sum.width = Math.max(sum.width, stats.frameWidth ?? 0);
          sum.frames += stats.framesDecoded;
          sum.bytes += stats.bytesReceived;
        }
      }
    }
    return sum;
  });
}

/** How many layers of their camera somebody's browser sends: in a stream each, or in one. */
async function layersSent({ page }: Person): Promise<number> {
  const modes = await page.evaluate(() => {
    const senders = (window.connections ?? []).flatMap(peer => peer.getSenders());
    const encodings: (RTCRtpEncodingParameters & { scalabilityMode?: string })[] = senders
      .filter(({ track }) => track?.kind === 'video')
      .flatMap(sender => sender.getParameters().encodings);
    return encodings.filter(({ active }) => active).map(({ scalabilityMode }) => scalabilityMode ?? '');
  });
  return modes.reduce((sum, mode) => sum + Number(/^L(\d)T/.exec(mode)?.[1]), 0);
}

/** Waits until Ben has decoded another second of Ada's pictures. */
async function moreFrames(what: string): Promise<void> {
  const { frames } = await received(ben);
  await eventually(what, async () => (await received(ben)).frames > frames + 20, 60_000);
}

/** Puts the page into the background, as another tab in front of it does, or back. */
async function setVisible({ page }: Person, visible: boolean): Promise<void> {
  await page.evaluate(
    state => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    visible ? 'visible' : 'hidden',
  );
}

/** Whether Ada's browser has an encoder. */
async function sends(codec: VideoCodec): Promise<boolean> {
  const names = await ada.page.evaluate(() =>
    RTCRtpSender.getCapabilities('video')?.codecs.map(({ mimeType }) => mimeType.toLowerCase()),
  );
  return names?.includes(`video/${codec}`) ?? false;
}

/** Shows oneself beside the other, who is then smaller than the page. */
async function sideBySide(page: Page): Promise<void> {
  await keepPeers(page);
  await page.addInitScript(() => localStorage.setItem('parley.stage', '{"selfView":"tile"}'));
}

/** Ada sends her camera, and Ben none. */
async function meet(codec: VideoCodec): Promise<void> {
  const room = `layered-${codec}`;
  await makeRoom(room, { topology: 'SFU' });
  [ada] = await fixture.join(room, ['Ada'], { prepare: keepPeers, codec });
  [ben] = await fixture.join(room, ['Ben'], { prepare: sideBySide, camera: false, microphone: false });
}

async function part(codec: VideoCodec): Promise<void> {
  await Promise.all([ada, ben].map(person => person?.close()));
  await kube('delete', 'room', `layered-${codec}`);
}

/** Codecs that have layers. */
const layered: readonly VideoCodec[] = ['vp8', 'h264', 'vp9'];

describe.each(layered)('a camera in %s', codec => {
  beforeAll(() => meet(codec));
  afterAll(() => part(codec));
  beforeEach(async ({ skip }) => skip(!(await sends(codec)), `This Chromium has no encoder for ${codec}.`));

  it('M10 a small tile gets the small picture, and the publisher stops what nobody watches', async () => {
    await ben.page.setViewportSize({ width: 420, height: 420 });
    await eventually('the small picture', async () => (await received(ben)).width === 320, 60_000);
    await eventually('Ada to send one layer', async () => (await layersSent(ada)) === 1, 60_000);
    await moreFrames('the small picture to go on');
    expect(await received(ben)).toMatchObject({ width: 320, codec: `video/${codec.toUpperCase()}` });
  });

  it('M9 enlarging it brings the larger picture back', async () => {
    await ben.page.setViewportSize({ width: 1100, height: 700 });
    await eventually('Ada to send two layers', async () => (await layersSent(ada)) === 2, 60_000);
    await eventually('the larger picture', async () => (await received(ben)).width === 640, 60_000);
    await moreFrames('the larger picture to go on');
  });

  it('M9 nothing comes of what is hidden but sound, and nothing is sent of it', async () => {
    await setVisible(ben, false);
    await eventually('Ada to send no picture', async () => (await layersSent(ada)) === 0, 60_000);
    const before = await received(ben);
    const after = await eventually('a second of sound', async () => {
      const now = await received(ben);
      return now.soundPackets > before.soundPackets + 50 && now;
    });
    expect(after.frames).toBe(before.frames);
    expect(after.bytes).toBe(before.bytes);

    await setVisible(ben, true);
    await moreFrames('pictures again');
    expect(await layersSent(ada)).toBe(2);
  });
});

describe('a camera in av1', () => {
  beforeAll(() => meet('av1'));
  afterAll(() => part('av1'));

  it('M10 is one picture in its full size, which stops when nobody watches and comes back', async () => {
    await ben.page.setViewportSize({ width: 420, height: 420 });
    await moreFrames('the picture');
    expect(await received(ben)).toMatchObject({ codec: 'video/AV1' });
    expect(await layersSent(ada)).toBe(1);

    await setVisible(ben, false);
    await eventually('Ada to send no picture', async () => (await layersSent(ada)) === 0, 60_000);
    await setVisible(ben, true);
    await moreFrames('the picture again');
    expect(await layersSent(ada)).toBe(1);
  });
});
