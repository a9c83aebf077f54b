/** How a received picture went, over some time. */
export interface PictureCourse {
  framesPerSecond: number;
  /** Share of the time that it stood still, from 0 to 1. */
  frozen: number;
  freezesPerMinute: number;
  /** Pixels of its frames. */
  pixels: number;
  /** On how many pixels of the screen it was shown; undefined where that is not known. */
  shownPixels?: number | undefined;
  /** Share of its packets that were lost on the way, from 0 to 1. */
  loss: number;
  /** A screen changes seldom: neither its frame rate nor its standing still says anything. */
  still?: boolean;
}

/** More frames a second than this do not look better. */
const smoothRate = 24;
/** More pixels than this are not asked for. */
const mostPixels = 1280 * 720;
/** A picture may be shown with so many times its pixels, as the client asks for its size. */
const stretch = 1.5;

/**
 * A score of a received picture from 1 to 5. Its form is that of ITU-T G.1070 (video quality estimation function): each impairment takes a
 * factor of the range above 1; the frame rate by a log-normal curve, loss by an exponential one. G.1070 leaves the coefficients to those who
 * know the codec and the screen; these are Parley's own, and stand with their reasons in docs/quality.md. It falls, or stays, when anything gets
 * worse.
 */
export function videoScore(course: PictureCourse): number {
  const { framesPerSecond, frozen, freezesPerMinute, pixels, shownPixels, loss, still } = course;
  const wanted = Math.min(shownPixels ?? 0, mostPixels);
  const moving = still
    ? 1
    : logNormal(framesPerSecond / smoothRate, 1.2) * decay(frozen, 0.1) * decay(freezesPerMinute, 20);
  const sharp = wanted > 0 ? logNormal((pixels * stretch) / wanted, 1) : 1;
  return 1 + 4 * moving * sharp * decay(loss, 0.3);
}

/** 1 from a share of 1 on, and less the further the share is below, by its logarithm. */
function logNormal(share: number, deviation: number): number {
  if (share >= 1) return 1;
  return share > 0 ? Math.exp(-(Math.log(share) ** 2) / (2 * deviation ** 2)) : 0;
}

function decay(amount: number, constant: number): number {
  return Math.exp(-Math.max(0, amount) / constant);
}
