import type { Call, ReceivedStats } from '@parley/client';
import { useEffect, useState } from 'react';
import { useSession } from '../call/sessionContext.ts';
import { type Decoding, mostFor, nextLimit, type PictureLimit } from './pictureLimit.ts';

/** How often the decoders are looked at, in ms. */
const lookMs = 5_000;

/** Receives no more pictures than this machine can show, and none at all where `pictures` is false. Answers whether there are fewer than at first. */
export function usePictureLimit(pictures: boolean): boolean {
  const { call } = useSession();
  const ceiling = mostFor(navigator.hardwareConcurrency ?? 4);
  const [{ most }, setLimit] = useState<PictureLimit>({ most: ceiling, calm: 0 });
  useEffect(() => call.setPictures(pictures ? most : 0), [call, pictures, most]);
  useEffect(() => {
    if (!pictures) return;
    let before = new Map<string, ReceivedStats>();
    const look = async () => {
      // What is not shown is not decoded, and says nothing of the machine.
      const after = document.visibilityState === 'visible' ? await camerasOf(call) : new Map();
      const seen = decodingOf(before, after);
      before = after;
      setLimit(limit => nextLimit(limit, seen, ceiling));
    };
    const timer = setInterval(() => void look().catch(() => undefined), lookMs);
    return () => clearInterval(timer);
  }, [call, pictures, ceiling]);
  return pictures && most < ceiling;
}

async function camerasOf(call: Call): Promise<Map<string, ReceivedStats>> {
  const { received } = await call.stats();
  const cameras = received.filter(({ source }) => source === 'camera');
  return new Map(cameras.map(stats => [stats.participantId, stats]));
}

function decodingOf(
  before: ReadonlyMap<string, ReceivedStats>,
  after: ReadonlyMap<string, ReceivedStats>,
): Decoding {
  let [pictures, decoded, dropped] = [0, 0, 0];
  for (const [id, now] of after) {
    const then = before.get(id);
    const frames = then ? now.framesDecoded - then.framesDecoded : 0;
    if (!then || frames <= 0) continue;
    pictures += 1;
    decoded += frames;
    dropped += Math.max(0, now.framesDropped - then.framesDropped);
  }
  return { pictures, dropped: decoded + dropped === 0 ? 0 : dropped / (decoded + dropped) };
}
