import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clip, ClipError } from './clip.ts';
import { opusClip } from './opus.ts';
import { vp8Clip } from './vp8.ts';

export { bitRateOf, type Clip, ClipError, type ClipFrame } from './clip.ts';

/** Recordings that come with the project: four seconds of a test picture (640×360) and of beeps. */
export const ownClips = {
  audio: join(import.meta.dirname, 'microphone.ogg'),
  video: join(import.meta.dirname, 'camera.ivf'),
} as const;

/** Reads a recording. @throws ClipError if it is not of this kind, or cannot be sent; Error if it cannot be read */
export async function readClip(kind: Clip['kind'], path: string): Promise<Clip> {
  const file = await readFile(path);
  try {
    return kind === 'audio' ? opusClip(file) : vp8Clip(file);
  } catch (error) {
    if (!(error instanceof ClipError)) throw error;
    const wanted = kind === 'audio' ? 'Opus in Ogg' : 'VP8 in IVF';
    throw new ClipError(`${path} cannot be sent as ${kind}, which has to be ${wanted}: ${error.message}`);
  }
}
