/** What a sample says of a network: it needs relief, it could take more, or neither. */
export type Verdict = 'bad' | 'fine' | 'unclear';

/** How far something is reduced. */
export interface Ladder {
  /** 0: not at all. */
  readonly step: number;
  /** Samples in a row that were bad, or fine. */
  readonly bad: number;
  readonly fine: number;
  /** After so many fine samples it goes a step back. */
  readonly patience: number;
  /** Samples since it went a step back; undefined: it never did, or that is long ago. */
  readonly sinceBack: number | undefined;
}

/** A sample is taken about every 2 s. */
const downAfter = 3;
const patience = { first: 4, most: 60 } as const;
/** Who gets worse again so soon after a step back was better for having gone down it: the next step back is left for later. */
const relapseWithin = 15;

export const topOfLadder: Ladder = {
  step: 0,
  bad: 0,
  fine: 0,
  patience: patience.first,
  sinceBack: undefined,
};

/**
 * Takes one more sample. Several bad ones in a row lead a step down, several fine ones a step back: with less to carry, nobody can see beforehand
 * whether a network would take more, so it is tried, and the more seldom the more often that failed.
 *
 * @param lowest the last step there is.
 */
export function climb(before: Ladder, verdict: Verdict, lowest: number): Ladder {
  const since = before.sinceBack === undefined ? undefined : before.sinceBack + 1;
  const settled = since !== undefined && since > relapseWithin;
  const ladder: Ladder = {
    ...before,
    bad: verdict === 'bad' ? before.bad + 1 : 0,
    fine: verdict === 'fine' ? before.fine + 1 : 0,
    sinceBack: settled ? undefined : since,
    patience: settled && before.step === 0 ? patience.first : before.patience,
  };
  if (ladder.bad >= downAfter && ladder.step < lowest) {
    const relapsed = ladder.sinceBack !== undefined;
    return {
      ...ladder,
      step: ladder.step + 1,
      bad: 0,
      sinceBack: undefined,
      patience: relapsed ? Math.min(patience.most, ladder.patience * 2) : ladder.patience,
    };
  }
  if (ladder.fine >= ladder.patience && ladder.step > 0) {
    return { ...ladder, step: ladder.step - 1, fine: 0, sinceBack: 0 };
  }
  return ladder;
}
