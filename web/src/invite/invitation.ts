/** The link of the meeting that the address bar shows, without anything that is one's own: no name, no token, no wishes. */
export function invitationLink({ origin, pathname }: Pick<URL, 'origin' | 'pathname'>): string {
  return origin + pathname;
}

/** Whether the system has a way to hand links on: phones, and some desktops. */
export const canShare = typeof navigator !== 'undefined' && typeof navigator.share === 'function';

/** Hands the link to the system. Whoever thinks better of it has not failed. @throws DOMException if it cannot be handed on. */
export async function share(link: string, title: string): Promise<void> {
  try {
    await navigator.share({ title, url: link });
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return;
    throw error;
  }
}
