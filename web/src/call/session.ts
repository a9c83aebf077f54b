import { type Call, createCall, type VideoCodec } from '@parley/client';
import type { Devices } from '../devices/devicesContext.ts';
import { ScreenShare } from '../devices/screenShare.ts';
import { Moderator } from './moderator.ts';
import { Publisher } from './publisher.ts';
import { loadAnewWhenRestored } from './restored.ts';
import { keepForbiddenOff } from './rights.ts';

declare global {
  interface Window {
    /** The call that the page is in or was in last, for tests and embedders. */
    parley?: { call: Call };
  }
}

export interface SessionOptions {
  /** `name` or `namespace/name`. */
  room: string;
  displayName: string;
  token: string | undefined;
  /** Sends all media through TURN. */
  relay: boolean;
  /** How own pictures are to be encoded. */
  codec: VideoCodec | undefined;
}

/** One stay in a room, and all that lives exactly as long. */
export interface Session {
  call: Call;
  screen: ScreenShare;
  publisher: Publisher;
  moderator: Moderator;
  /** Whether all media was to go through TURN. */
  relay: boolean;
  /** Leaves and lets go of everything but the devices. */
  end(): void;
}

/** Begins to join. How that goes stands in the call's snapshot. */
export function startSession(options: SessionOptions, { media }: Devices): Session {
  const call = createCall({
    receive: 'viewed',
    ...(options.relay && { iceTransportPolicy: 'relay' }),
    ...(options.codec && { videoCodec: options.codec }),
  });
  const screen = new ScreenShare();
  const publisher = new Publisher(call, media, screen);
  const endWatch = loadAnewWhenRestored();
  const endForbidden = keepForbiddenOff(call, media, screen);

  window.parley = { call };
  call
    .join({
      room: options.room,
      displayName: options.displayName,
      ...(options.token === undefined ? {} : { token: options.token }),
    })
    .catch(() => undefined);

  return {
    call,
    screen,
    publisher,
    moderator: new Moderator(call),
    relay: options.relay,
    end() {
      screen.stop();
      publisher.close();
      endForbidden();
      endWatch();
      call.leave().catch(() => undefined);
    },
  };
}
