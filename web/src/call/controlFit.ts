/** One control, as far as room for it goes: those of a low rank stay in the bar the longest. */
export interface Ranked {
  id: string;
  rank: number;
}

/** No more than this many are calm to look at. */
const most = 10;

/** How many round buttons fit into a bar of `width` CSS pixels beside "More" and "Leave". */
export function placesIn(width: number): number {
  const [button, gap, leave, around] = width < 600 ? [46, 7, 58, 16] : [50, 12, 72, 60];
  const places = Math.floor((width - leave - around) / (button + gap)) - 1;
  return Math.min(most, Math.max(2, places));
}

/** Which controls stand in the bar; all others are in the menu "More". */
export function controlsInBar(controls: readonly Ranked[], places: number): ReadonlySet<string> {
  const byRank = controls.toSorted((one, other) => one.rank - other.rank);
  return new Set(byRank.slice(0, places).map(({ id }) => id));
}
