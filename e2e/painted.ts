import type { Page } from 'playwright-core';

/** What somebody's page has shown of the others since it was watched. */
export interface Painted {
  /** When frames of another's picture were painted, in ms by the page's clock. */
  times: number[];
  /** Every state of the call that was seen, other than the one before. */
  states: string[];
  /** The ids of the tracks that were painted, in order. */
  tracks: string[];
}

declare global {
  interface Window {
    painted?: Painted;
  }
}

/** Has the page note from now on which frames of the others it paints, and each state of its call. A reload forgets it. */
export function watchPainting(page: Page): Promise<void> {
  return page.evaluate(() => {
    const painted: Painted = { times: [], states: [], tracks: [] };
    window.painted = painted;
    const { call } = window.parley ?? {};
    if (!call) throw new Error('There is no call.');
    const isRemote = (track: MediaStreamTrack) =>
      call.snapshot().participants.some(({ media }) => media.camera?.track?.id === track.id);
    const note = (video: HTMLVideoElement) => {
      video.requestVideoFrameCallback(now => {
        const track = (video.srcObject as MediaStream | null)?.getVideoTracks()[0];
        // The last one of a tile lies over the others.
        const isSeen = video === video.parentElement?.querySelector('video:last-of-type');
        if (track && isSeen && (painted.tracks.includes(track.id) || isRemote(track))) {
          painted.times.push(now);
          if (!painted.tracks.includes(track.id)) painted.tracks.push(track.id);
        }
        note(video);
      });
    };
    const noted = new WeakSet<HTMLVideoElement>();
    const look = () => {
      for (const video of document.querySelectorAll<HTMLVideoElement>('[data-testid=tile] video')) {
        if (!noted.has(video)) note(video);
        noted.add(video);
      }
    };
    const follow = () => {
      const { status } = call.snapshot().state;
      if (painted.states.at(-1) !== status) painted.states.push(status);
    };
    call.subscribe(follow);
    follow();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
  });
}

/** @throws Error if the page was loaded anew since `watchPainting`. */
export async function paintedBy(page: Page): Promise<Painted> {
  const painted = await page.evaluate(() => window.painted);
  if (!painted) throw new Error('The page was loaded anew.');
  return painted;
}

/** The times between frames in the middle and at the longest, in ms. */
export function gapsMs({ times }: Painted): { usual: number; longest: number } {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  gaps.sort((a, b) => a - b);
  return { usual: gaps[Math.floor(gaps.length / 2)] ?? 0, longest: gaps.at(-1) ?? 0 };
}
