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

export function canPictureInPicture(): boolean {
  return window.documentPictureInPicture !== undefined || document.pictureInPictureEnabled;
}

/** @param video what to show where there is no window to be had; undefined: nobody's picture is there. */
export async function openPictureInPicture(video: () => HTMLVideoElement | undefined): Promise<void> {
  try {
    if (window.documentPictureInPicture) await openWindow(window.documentPictureInPicture);
    else await openVideo(video());
  } catch {
    // The browser refuses, or another page has it: all stays as it is.
  }
}

export function closePictureInPicture(): void {
  const open = pictureInPicture.get();
  if (open?.kind === 'window') open.window.close();
  if (open?.kind === 'video' && document.pictureInPictureElement === open.video) {
    document.exitPictureInPicture().catch(() => undefined);
  }
  pictureInPicture.set(undefined);
}

async function openWindow(api: DocumentPictureInPicture): Promise<void> {
  const opened = await api.requestWindow({ width: 360, height: 240 });
  const { documentElement: page } = opened.document;
  page.lang = document.documentElement.lang;
  page.dir = document.documentElement.dir;
  opened.document.title = document.title;
  opened.document.body.style.margin = '0';
  opened.addEventListener('pagehide', () => forget(({ kind }) => kind === 'window'));
  pictureInPicture.set({ kind: 'window', window: opened });
}

async function openVideo(video: HTMLVideoElement | undefined): Promise<void> {
  if (!video) return;
  await video.requestPictureInPicture();
  video.addEventListener('leavepictureinpicture', () => forget(({ kind }) => kind === 'video'), {
    once: true,
  });
  pictureInPicture.set({ kind: 'video', video });
}

function forget(is: (open: PictureInPicture) => boolean): void {
  const open = pictureInPicture.get();
  if (open && is(open)) pictureInPicture.set(undefined);
}
