import { Assembly } from './assembly.ts';
import { FilePeer, type PeerHandlers, type PeerStep } from './peer.ts';
import { pour } from './pour.ts';
import type { TransferFailure } from './types.ts';

/** Moves one file from here to there, or from there to here. */
export interface Carrier {
  /** The other side said so. */
  take(step: PeerStep): void;
  /** Stops, without a word. */
  close(): void;
}

export interface CarryHandlers {
  tell: PeerHandlers['tell'];
  /** So many bytes are there. */
  moved(bytes: number): void;
  failed(reason: TransferFailure): void;
}

/** Sends a file. Whether all of it is there, the receiver says. */
export function carryOut(file: Blob, iceServers: RTCIceServer[], handlers: CarryHandlers): Carrier {
  const over = new AbortController();
  const end = () => {
    over.abort();
    peer.close();
  };
  const fail = (reason: TransferFailure) => {
    end();
    handlers.failed(reason);
  };
  const peer = new FilePeer(iceServers, {
    tell: handlers.tell,
    opened: channel => {
      handlers.moved(0);
      pour(file, channel, handlers.moved, over.signal).then(
        () => over.signal.aborted || handlers.moved(file.size),
        () => over.signal.aborted || fail(channel.readyState === 'open' ? 'unreadable' : 'lost'),
      );
    },
    failed: fail,
  });
  peer.begin();
  return { take: step => peer.take(step), close: end };
}

/** How long the sender has to hear that all is there, in ms. */
const lingerMs = 30_000;

/** Receives a file of `size` bytes; `done` gets it, once and whole. */
export function carryIn(
  size: number,
  iceServers: RTCIceServer[],
  handlers: CarryHandlers & { done(blob: Blob): void },
): Carrier {
  const assembly = new Assembly(size);
  let over = false;
  const fail = (reason: TransferFailure) => {
    peer.close();
    if (!over) handlers.failed(reason);
    over = true;
  };
  const finish = () => {
    over = true;
    handlers.done(assembly.blob());
    // The sender closes the way once it knows; before that, it would take it for lost.
    setTimeout(() => peer.close(), lingerMs);
  };
  const peer = new FilePeer(iceServers, {
    tell: handlers.tell,
    opened: channel => {
      handlers.moved(0);
      if (assembly.whole) finish();
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (over) return;
        if (data instanceof ArrayBuffer && assembly.add(data)) handlers.moved(assembly.bytes);
        else fail('mismatch');
        if (!over && assembly.whole) finish();
      };
    },
    failed: fail,
  });
  return {
    take: step => peer.take(step),
    close: () => {
      over = true;
      peer.close();
    },
  };
}
