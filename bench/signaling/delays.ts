import type { Moment } from './crowd.ts';

/** How long it took to hear what was said, for everyone who heard something whose beginning is known, in ms. */
export function delays(said: readonly Moment[], heard: readonly Moment[]): number[] {
  const name = ({ room, seq }: Moment) => `${room} ${seq}`;
  const begun = new Map(said.map(moment => [name(moment), moment.at]));
  return heard.flatMap(moment => {
    const at = begun.get(name(moment));
    return at === undefined ? [] : [moment.at - at];
  });
}
