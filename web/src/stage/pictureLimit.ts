/** How many pictures are received at most, and for how many looks in a row all went well. */
export interface PictureLimit {
  most: number;
  calm: number;
}

/** What a look at the decoders says, of the time since the look before. */
export interface Decoding {
  /** Cameras of which frames were decoded. */
  pictures: number;
  /** Which part of their frames came too late to be shown, 0 to 1 (`framesDropped` of webrtc-stats). */
  dropped: number;
}

/** Any machine shows as many. */
const fewest = 4;
const tooMany = 0.25;
const hardlyAny = 0.05;
/** After so many calm looks a few more pictures are tried. */
const patience = 6;

/** With how many pictures to begin, and to go back to: browsers decode by software, each picture on a core. */
export function mostFor(cores: number): number {
  if (cores <= 2) return 12;
  return cores <= 4 ? 25 : 49;
}

/** The limit after a look. It falls by a quarter where the machine does not keep up, and rises by a quarter when it long does. */
export function nextLimit({ most, calm }: PictureLimit, seen: Decoding, ceiling: number): PictureLimit {
  if (seen.dropped > tooMany && seen.pictures > fewest) {
    return { most: Math.max(fewest, Math.floor(Math.min(most, seen.pictures) * 0.75)), calm: 0 };
  }
  if (seen.dropped > hardlyAny) return { most, calm: 0 };
  if (most >= ceiling) return { most: ceiling, calm: 0 };
  if (calm + 1 < patience) return { most, calm: calm + 1 };
  return { most: Math.min(ceiling, Math.ceil(most * 1.25)), calm: 0 };
}
