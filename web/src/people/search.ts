/** With so many people, a search is offered. */
export const searchFrom = 11;

/** A text as it is compared: without accents and capitals. */
function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}

/** Those whose name has every word of the query, in whatever order. */
export function matching<T extends { name: string }>(people: readonly T[], query: string): T[] {
  const words = folded(query).split(/\s+/);
  return people.filter(({ name }) => words.every(word => folded(name).includes(word)));
}
