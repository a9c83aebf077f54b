/** A page in which people are in a call, with pictures or with sound alone, and which notes when frames are painted. */
import { type Call, createCall } from '@parley/client';
import { Picture } from './picture.ts';

export interface Party {
  url: string;
  room: string;
  /** One person for each. */
  names: string[];
  /** Whether they send pictures beside their sound. */
  camera: boolean;
}

declare global {
  interface Window {
    /** Resolves when all are in and receive something of `others` people each. */
    gather(party: Party, others: number): Promise<void>;
    /** For each person who is seen: when their frames were painted since then, in ms since 1970. */
    paintedSince(time: number): number[][];
    /** For each person who is seen: how high each frame was that was painted since then, in pixels. */
    heightsSince(time: number): { at: number; height: number }[][];
    /** For each exchange of a track for the next since then: how long no frame was painted, in ms. */
    exchangedSince(time: number): number[];
    /** When the first frame of a person's next track was painted since then, in ms since 1970. */
    firstFramesSince(time: number): number[];
    /** The states of all calls since then, and when they began, in ms since 1970. */
    statesSince(time: number): { at: number; status: string }[];
    /** How often a call was anything but joined. */
    interruptions(): number;
  }
}

const calls: Call[] = [];
const pictures = new Map<string, Picture>();
const states: { at: number; status: string }[] = [];
let interruptions = 0;

window.gather = async ({ url, room, names, camera }, others) => {
  const own = await navigator.mediaDevices.getUserMedia({
    audio: true,
    video: camera && { width: 640, height: 360 },
  });
  const [sound] = own.getAudioTracks();
  const [picture] = own.getVideoTracks();
  for (const name of names) {
    const call = createCall({ url });
    await call.join({ room, displayName: name });
    if (sound) await call.publish('microphone', sound);
    if (picture) await call.publish('camera', picture);
    let before = '';
    call.subscribe(() => {
      const { status } = call.snapshot().state;
      if (status !== before) states.push({ at: Date.now(), status });
      before = status;
      follow(call);
    });
    // What was there before is not told.
    follow(call);
    calls.push(call);
  }
  while (!calls.every(call => receives(call, others, camera))) await new Promise(requestAnimationFrame);
};

window.paintedSince = time => [...pictures.values()].map(picture => picture.paintedSince(time));

window.heightsSince = time => [...pictures.values()].map(picture => picture.heightsSince(time));

window.exchangedSince = time => [...pictures.values()].flatMap(picture => picture.exchangedSince(time));

window.firstFramesSince = time => [...pictures.values()].flatMap(picture => picture.firstFramesSince(time));

window.statesSince = time => states.filter(({ at }) => at >= time);

window.interruptions = () => interruptions;

function follow(call: Call): void {
  const { state, participants } = call.snapshot();
  if (state.status !== 'joined') interruptions++;
  for (const { id, media } of participants) {
    const track = media.camera?.track;
    if (!track) continue;
    const picture = pictures.get(id) ?? new Picture();
    pictures.set(id, picture);
    picture.show(track);
  }
}

function receives(call: Call, others: number, camera: boolean): boolean {
  const { participants } = call.snapshot();
  const there = participants.filter(({ media }) => (camera ? media.camera : media.microphone)?.track);
  return there.length >= others && (!camera || [...pictures.values()].every(picture => picture.painted));
}
