import type { CaptureKind } from './localMedia.ts';

type PolicyDocument = Document & { featurePolicy?: { allowsFeature(feature: string): boolean } };

/** Whether the site that frames the page, if one does, lets it ask. Browsers that do not tell are believed to let it. */
export function allowedHere(kinds: readonly CaptureKind[]): boolean {
  const policy = (document as PolicyDocument).featurePolicy;
  return kinds.every(kind => policy?.allowsFeature(kind) ?? true);
}

/** Calls `onGranted` whenever the person allows a device that was not allowed before, where the browser tells; the returned function ends that. */
export function watchPermissions(onGranted: (kind: CaptureKind) => void): () => void {
  const over = new AbortController();
  for (const kind of ['microphone', 'camera'] as const) void watch(kind, onGranted, over.signal);
  return () => over.abort();
}

async function watch(kind: CaptureKind, onGranted: (kind: CaptureKind) => void, signal: AbortSignal) {
  try {
    const status = await navigator.permissions.query({ name: kind });
    status.addEventListener('change', () => status.state === 'granted' && onGranted(kind), { signal });
  } catch {
    // This browser does not tell; there is a button to look again.
  }
}
