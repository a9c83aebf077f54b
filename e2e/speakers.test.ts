import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';

const { makeRoom, join } = useFixture();

declare global {
  interface Window {
    /** How loud the microphone is, as a share of full scale. */
    voice?: (gain: number) => void;
  }
}

/** Runs in the page: gives it a microphone that speaks without end, in syllables of noise. */
function speakInto(gain: number) {
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async constraints => {
    if (!constraints?.audio) return native(constraints);
    const stream = constraints.video ? await native({ video: constraints.video }) : new MediaStream();
    const context = new AudioContext();
    const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let at = 0; at < samples.length; at++) {
      const syllable = 0.6 + 0.4 * Math.sin((2 * Math.PI * 4 * at) / samples.length);
      samples[at] = (2 * Math.random() - 1) * syllable;
    }
    const speech = new AudioBufferSourceNode(context, { buffer, loop: true });
    const loudness = new GainNode(context, { gain });
    const out = new MediaStreamAudioDestinationNode(context);
    speech.connect(loudness).connect(out);
    speech.start();
    window.voice = level => {
      loudness.gain.value = level;
    };
    for (const track of out.stream.getAudioTracks()) stream.addTrack(track);
    return stream;
  };
}

const speaking = (gain: number) => ({
  camera: false,
  prepare: (page: Page) => page.addInitScript(speakInto, gain),
});

const ownId = ({ page }: Person) => page.evaluate(() => window.parley?.call.snapshot().self?.id);
const speakersOf = ({ page }: Person) => page.evaluate(() => window.parley?.call.speakers.snapshot());
const press = ({ page }: Person, name: string) => page.getByRole('button', { name }).click();

/** Waits until both pages name this person and nobody else, and show it. */
async function speaksAlone(who: Person, everyone: Person[]): Promise<void> {
  const id = await ownId(who);
  for (const person of everyone) {
    await eventually(`${person.name} to see that ${who.name} speaks`, async () => {
      const said = await speakersOf(person);
      return said?.activeSpeaker === id && said?.speakers.length === 1;
    });
    const ring = person.page.locator('[data-testid=tile][data-speaking=true]');
    await eventually('the ring', async () => (await ring.count()) === 1);
    expect(await ring.getAttribute('data-participant')).toBe(id);
    expect(await ring.getByRole('img', { name: 'speaking' }).count()).toBe(1);
  }
}

it('M12 M13 of two people the one who is not muted is the active speaker, for both', async () => {
  const room = 'two-voices';
  await makeRoom(room, { topology: 'SFU' });
  const [ada] = await join(room, ['Ada'], speaking(0.3));
  const [ben] = await join(room, ['Ben'], { ...speaking(0.3), microphone: false });
  await speaksAlone(ada, [ada, ben]);
  await press(ada, 'Mute microphone');
  await eventually('silence', async () => (await speakersOf(ben))?.speakers.length === 0);
  await press(ben, 'Unmute microphone');
  await speaksAlone(ben, [ada, ben]);
  await Promise.all([ada.close(), ben.close()]);
});

/** How many packets of each one's microphone somebody received, by name. */
async function heardBy(person: Person): Promise<Record<string, number>> {
  const names = await person.page.evaluate(() =>
    Object.fromEntries(
      (window.parley?.call.snapshot().participants ?? []).map(({ id, displayName }) => [id, displayName]),
    ),
  );
  const { received } = await person.stats();
  const sound = received.filter(({ source }) => source === 'microphone');
  return Object.fromEntries(
    sound.map(({ participantId, packetsReceived }) => [names[participantId], packetsReceived]),
  );
}

/** Waits until a second's worth of one comes, and meanwhile nothing of the other. */
async function hearsOnly(listener: Person, heard: string, unheard: string): Promise<void> {
  await eventually(`${listener.name} to hear ${heard} alone`, async () => {
    const before = await heardBy(listener);
    const after = await eventually('sound', async () => {
      const now = await heardBy(listener);
      return (now[heard] ?? 0) >= (before[heard] ?? 0) + 50 && now;
    });
    return after[unheard] === before[unheard] && unheard in after;
  });
}

it('M14 in a room where one microphone is heard at a time, it is the louder', async () => {
  const room = 'one-voice';
  await makeRoom(room, { topology: 'SFU', media: { loudest: 1 } });
  const [cyd] = await join(room, ['Cyd'], { camera: false, microphone: false });
  const [ada] = await join(room, ['Ada'], speaking(0.02));
  const [ben] = await join(room, ['Ben'], speaking(0.3));
  await hearsOnly(cyd, 'Ben', 'Ada');
  await ben.page.evaluate(() => window.voice?.(0.005));
  await ada.page.evaluate(() => window.voice?.(0.3));
  await hearsOnly(cyd, 'Ada', 'Ben');
  await Promise.all([ada.close(), ben.close(), cyd.close()]);
});

/** Whose camera somebody is sent: whose pictures come while those of no other do. */
async function seesOnly(viewer: Person, seen: Person, unseen: Person): Promise<void> {
  const [seenId, unseenId] = [await ownId(seen), await ownId(unseen)];
  const frames = async () => {
    const cameras = (await viewer.stats()).received.filter(({ source }) => source === 'camera');
    return (id: string | undefined) =>
      cameras.find(({ participantId }) => participantId === id)?.framesDecoded ?? 0;
  };
  await eventually(`${viewer.name} to see ${seen.name} alone`, async () => {
    const before = await frames();
    const after = await eventually('pictures', async () => {
      const now = await frames();
      return now(seenId) >= before(seenId) + 15 && now;
    });
    return after(unseenId) === before(unseenId);
  });
  const leftOut = await viewer.page.evaluate(() =>
    (window.parley?.call.snapshot().participants ?? [])
      .filter(({ media }) => media.camera?.leftOut)
      .map(({ id }) => id),
  );
  expect(leftOut).toEqual([unseenId]);
}

it('M9 M12 of one picture that may be received at a time it is that of who spoke last', async () => {
  const room = 'one-picture';
  await makeRoom(room, { topology: 'SFU' });
  const camera = { ...speaking(0.3), camera: true };
  const [ada] = await join(room, ['Ada'], { ...camera, microphone: false });
  const [ben] = await join(room, ['Ben'], camera);
  const [cyd] = await join(room, ['Cyd'], { camera: false, microphone: false });
  await cyd.page.evaluate(() => window.parley?.call.setPictures(1));
  await seesOnly(cyd, ben, ada);
  await press(ben, 'Mute microphone');
  await press(ada, 'Unmute microphone');
  await seesOnly(cyd, ada, ben);
  await Promise.all([ada.close(), ben.close(), cyd.close()]);
});
