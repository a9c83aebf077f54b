import { useSyncExternalStore } from 'react';

/** Telephones may show nothing but a video alone on their screen. */
export const canFullScreen = (): boolean => document.fullscreenEnabled;

/** Whether the page has the screen for itself. */
export function useFullScreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
}

/** The whole page, as menus and dialogs belong to it. A browser that refuses leaves all as it is. */
export function toggleFullScreen(): void {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  done.catch(() => undefined);
}

export function leaveFullScreen(): void {
  if (document.fullscreenElement) toggleFullScreen();
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}
