/** The times between frames, in ms, and what is usual among them. */
function intervals(times: readonly number[]): { all: number[]; usual: number } {
  const all = times.slice(1).map((time, place) => time - (times[place] ?? time));
  const usual = all.reduce((sum, each) => sum + each, 0) / Math.max(1, all.length);
  return { all, usual };
}

/**
 * How much longer than usual a picture stood still at its worst, in ms.
 *
 * @param times when frames were painted, in ms, in order
 */
export function longestGapMs(times: readonly number[]): number {
  const { all, usual } = intervals(times);
  return Math.max(0, ...all.map(each => each - usual));
}

/**
 * How often the picture froze, as W3C webrtc-stats counts it (`freezeCount`): a frame came later than three times the usual, and by
 * 150 ms later than usual.
 */
export function freezes(times: readonly number[]): number {
  const { all, usual } = intervals(times);
  return all.filter(each => each >= Math.max(3 * usual, usual + 150)).length;
}

/**
 * For how long a picture was lower than it had been before, in ms.
 *
 * @param heights of the frames and when each was painted, in ms, in order
 * @param from since when it counts, in ms; the highest frame before is what it had been
 */
export function lowMs(heights: readonly { at: number; height: number }[], from: number): number {
  const usual = Math.max(0, ...heights.filter(({ at }) => at < from).map(({ height }) => height));
  let low = 0;
  for (const [index, { at, height }] of heights.entries()) {
    const until = heights[index + 1]?.at ?? at;
    if (height < usual) low += Math.max(0, until - Math.max(at, from));
  }
  return low;
}
