import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';

const fixture = useFixture();
const { kube, makeRoom } = fixture;
const room = 'layered';
let ada: Person;
let ben: Person;

declare global {
  interface Window {
    peers?: RTCPeerConnection[];
  }
}

/** Runs in the page: keeps what connects it, to read its statistics. */
function keepPeers() {
  const peers: RTCPeerConnection[] = [];
  window.peers = peers;
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
  };
}

const prepare = (page: Page) => page.addInitScript(keepPeers);

interface Received {
  width: number;
  frames: number;
  bytes: number;
  soundPackets: number;
}

/** What a page receives of the one other person's camera and microphone. */
async function received({ page }: Person): Promise<Received> {
  return page.evaluate(async () => {
    const sum = { width: 0, frames: 0, bytes: 0, soundPackets: 0 };
    for (const peer of window.peers ?? []) {
      for (const stats of (await peer.getStats()).values()) {
        if (stats.type !== 'inbound-rtp' || stats.mid === 'probator') continue;
        if (stats.kind === 'audio') sum.soundPackets += stats.packetsReceived;
        else {
          sum.width = Math.max(sum.width, stats.frameWidth ?? 0);
          sum.frames += stats.framesDecoded;
          sum.bytes += stats.bytesReceived;
        }
      }
    }
    return sum;
  });
}

/** How many layers of their camera somebody's browser sends. */
async function layersSent({ page }: Person): Promise<number> {
  return page.evaluate(() => {
    const senders = (window.peers ?? []).flatMap(peer => peer.getSenders());
    const encodings = senders
      .filter(({ track }) => track?.kind === 'video')
      .flatMap(sender => sender.getParameters().encodings);
    return encodings.filter(({ active }) => active).length;
  });
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

beforeAll(async () => {
  await makeRoom(room);
  [ada, ben] = await fixture.join(room, ['Ada', 'Ben'], { prepare });
});
afterAll(async () => {
  await Promise.all([ada, ben].map(person => person?.close()));
  await kube('delete', 'room', room);
});

it('M10 a small tile gets the small picture, and the publisher stops what nobody watches', async () => {
  await ben.page.setViewportSize({ width: 420, height: 420 });
  await eventually('the small picture', async () => (await received(ben)).width === 320, 60_000);
  await eventually('Ada to send one layer', async () => (await layersSent(ada)) === 1, 60_000);
});

it('M9 enlarging it brings the larger picture back', async () => {
  await ben.page.setViewportSize({ width: 1100, height: 700 });
  await eventually('Ada to send two layers', async () => (await layersSent(ada)) === 2, 60_000);
  await eventually('the larger picture', async () => (await received(ben)).width >= 640, 60_000);
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
  await eventually('pictures again', async () => (await received(ben)).frames > after.frames + 10, 60_000);
  expect(await layersSent(ada)).toBe(2);
});
