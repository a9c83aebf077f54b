import { Store } from '../state/store.ts';

interface DocumentPictureInPicture {
  /** The window that is open. */
  readonly window: Window | null;
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

declare global {
  interface Window {
    /** W3C Document Picture-in-Picture, which only some browsers have. */
    documentPictureInPicture?: DocumentPictureInPicture;
  }
}

/** What shows the call over other windows: a window of its own, or the bare video of somebody. */
export type PictureInPicture =
  | { kind: 'window'; window: Window }
  | { kind: 'video'; video: HTMLVideoElement };

export const pictureInPicture = new Store<PictureInPicture | undefined>(undefined);

/** Browsers open such windows for pages that are in no frame. */
const windows = (): DocumentPictureInPicture | undefined =>
  window.parent === window ? window.documentPictureInPicture : undefined;

/** Counts what was opened and closed, so that a window which comes late is not left over. */
let turn = 0;

export function canPictureInPicture(): boolean {
  return windows() !== undefined || document.pictureInPictureEnabled;
}

/** @param video what to show where there is no window to be had; undefined: nobody's picture is there. */
export async function openPictureInPicture(video: () => HTMLVideoElement | undefined): Promise<void> {
  const api = windows();
  try {
    if (api) await openWindow(api);
    else await openVideo(video());
  } catch {
    // The browser refuses, or another page has it: all stays as it is.
  }
}

export function closePictureInPicture(): void {
  turn++;
  const open = pictureInPicture.get();
  if (open?.kind === 'window') open.window.close();
  if (open?.kind === 'video' && document.pictureInPictureElement === open.video) {
    document.exitPictureInPicture().catch(() => undefined);
  }
  pictureInPicture.set(undefined);
}

async function openWindow(api: DocumentPictureInPicture): Promise<void> {
  const mine = ++turn;
  const opened = await api.requestWindow({ width: 360, height: 240 });
  if (turn !== mine) return opened.close();
  const { documentElement: page } = opened.document;
  page.lang = document.documentElement.lang;
  page.dir = document.documentElement.dir;
  opened.document.title = document.title;
  opened.document.body.style.margin = '0';
  opened.addEventListener('pagehide', () => forget(open => open.kind === 'window' && open.window === opened));
  pictureInPicture.set({ kind: 'window', window: opened });
}

async function openVideo(video: HTMLVideoElement | undefined): Promise<void> {
  if (!video) return;
  const mine = ++turn;
  await video.requestPictureInPicture();
  if (turn !== mine) return document.exitPictureInPicture();
  video.addEventListener('leavepictureinpicture', () => forget(({ kind }) => kind === 'video'), {
    once: true,
  });
  pictureInPicture.set({ kind: 'video', video });
}

function forget(is: (open: PictureInPicture) => boolean): void {
  const open = pictureInPicture.get();
  if (open && is(open)) pictureInPicture.set(undefined);
}
