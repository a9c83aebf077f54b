/** Pieces of PromQL that many panels have in common. */

/** The pool that was chosen. */
export const inPool = 'pool=~"$pool"';

const selector = (labels: string) => (labels === '' ? '' : `{${labels}}`);

/** How fast a counter grows, over as little time as the scrapes allow. */
export const rate = (counter: string, labels = inPool): string =>
  `rate(${counter}${selector(labels)}[$__rate_interval])`;

/** How fast a counter grows, added up by these labels. */
export const rateBy = (by: string, counter: string, labels = inPool): string =>
  `sum by (${by}) (${rate(counter, labels)})`;

/** The value that this share of a histogram's observations stays under. */
export const quantile = (share: number, histogram: string, by = '', labels = inPool): string =>
  `histogram_quantile(${share}, sum by (${['le', ...(by === '' ? [] : [by])].join(', ')}) (${rate(`${histogram}_bucket`, labels)}))`;

/** The same of a call's histogram, which is recorded by pool since many pods have it. */
export const callQuantile = (share: number, histogram: string, by = ''): string =>
  `histogram_quantile(${share}, sum by (${['le', ...(by === '' ? [] : [by])].join(', ')}) (pool:${histogram}_bucket:rate5m{${inPool}}))`;

/** `part` of `whole`; 0 where `part` was never counted. */
export const share = (part: string, whole: string): string => `(${part} or 0 * ${whole}) / (${whole})`;
