/** How many wait to be let in, for people. */
export function peopleWait(count: number): string {
  return count === 1 ? '1 person waits to be let in' : `${count} people wait to be let in`;
}
