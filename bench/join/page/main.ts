/** A page that joins when it is told to, with camera and microphone, and says how long that took. */
import { type Call, createCall } from '@parley/client';

export interface Entrance {
  url: string;
  room: string;
  name: string;
}

declare global {
  interface Window {
    /** Resolves when one is in, with the time of the click, in ms since 1970. */
    enter(entrance: Entrance): Promise<number>;
    /** From the click to the answer of `join` and to the first frame of another, in ms; waits for that. */
    joinMs(): Promise<{ answered: number; firstFrame: number }>;
    /** When the first frame of the participant of this name was decoded, in ms since 1970; waits for that. */
    firstFrameOf(name: string): Promise<number>;
    leave(): Promise<void>;
  }
}

let call: Call;

window.enter = async ({ url, room, name }) => {
  call = createCall({ url });
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  // Devices are on before people click, as in a green room.
  const [microphone, camera] = [...own.getAudioTracks(), ...own.getVideoTracks()];
  const clickedAt = Date.now();
  const joining = call.join({ room, displayName: name });
  if (microphone) void call.publish('microphone', microphone);
  if (camera) void call.publish('camera', camera);
  await joining;
  return clickedAt;
};

window.joinMs = () =>
  poll(async () => {
    const { answered, firstFrame } = (await call.stats()).joinMs;
    return answered !== undefined && firstFrame !== undefined && { answered, firstFrame };
  });

window.firstFrameOf = name =>
  poll(async () => {
    const one = call.snapshot().participants.find(({ displayName }) => displayName === name);
    const { received } = await call.stats();
    const seen = received.some(({ participantId, framesDecoded }) => {
      return participantId === one?.id && framesDecoded > 0;
    });
    return seen && Date.now();
  });

window.leave = () => call.leave();

/** Waits until `look` sees something. */
async function poll<T>(look: () => Promise<T | false>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== false) return seen;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
