/** So many accents and the like may follow each other; more pile up over the lines of others. */
export const maxMarksInARow = 8;

/** More marks in a row than that, of which the first may stay. */
export const pileOfMarks = new RegExp(`(\\p{M}{${maxMarksInARow}})\\p{M}+`, 'gu');
