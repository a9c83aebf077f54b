/** What people are called. SPEC.md's rule J8 says what becomes of a name. */
import { pileOfMarks } from './marks.ts';

/** Longest display name, in UTF-16 code units. */
export const maxDisplayName = 64;

/**
 * What shows nothing by itself, or turns the letters of others around: formatting but for the joiners that scripts and emoji need, and
 * letters that are blank.
 */
const invisible = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}|[\u115f\u1160\u3164\uffa0]/gu;
const seen = /[^\p{M}\p{Cf}\s]/u;

/** The name without what hides it or spills over the names of others; empty if nothing is left to be seen. Idempotent. */
export function calmDisplayName(name: string): string {
  const calm = name.replaceAll(invisible, '').replaceAll(pileOfMarks, '$1').trim();
  return seen.test(calm) ? calm : '';
}

/** The name as it can be joined with: in one line, without control characters, calm, and cut between two letters where it is too long. */
export function cleanDisplayName(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ');
  return calmDisplayName(cut(calmDisplayName(line)));
}

function cut(name: string): string {
  if (name.length <= maxDisplayName) return name;
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name)) {
    if (index + segment.length > maxDisplayName) break;
    end = index + segment.length;
  }
  // One letter that is longer than a name may be is no letter.
  return name.slice(0, end);
}
