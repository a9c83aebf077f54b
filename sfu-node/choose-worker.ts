/** What a worker carries. */
export interface WorkerLoad {
  /** Busy share of its core over the last second or so, 0 to 1. */
  cpu: number;
  /** Consumers that it sends, or will as far as is known. */
  consumers: number;
  /** Routers of rooms. */
  routers: number;
}

/** A worker that somebody may be placed on. */
export interface Candidate extends WorkerLoad {
  /** Whether the room has a router there. */
  own: boolean;
}

/** A core so busy takes nobody else as long as another does: what is left is for key frames, and for those who are there. */
export const fullCpu = 0.85;

/** How much of a worker is taken, by its core or by what it sends, whichever is more. It is full at 1. */
export function usedShare({ cpu, consumers }: WorkerLoad, capacity: number): number {
  return Math.max(cpu / fullCpu, consumers / capacity);
}

/**
 * The worker for somebody who will receive `needs` tracks. A room stays on the workers that it has while one of them has
 * space, as each further one takes a copy of what is sent; then the least loaded worker is next. Where none has space it is
 * the least loaded, too.
 *
 * @param capacity consumers of one worker.
 * @returns the place in the list, undefined if that is empty.
 */
export function chooseWorker(
  candidates: readonly Candidate[],
  needs: number,
  capacity: number,
): number | undefined {
  const rated = candidates.map((candidate, index) => {
    const used = usedShare(candidate, capacity);
    const after = usedShare({ ...candidate, consumers: candidate.consumers + needs }, capacity);
    return { index, used, after, own: candidate.own, routers: candidate.routers };
  });
  const hasSpace = (one: (typeof rated)[number]) => one.used < 1 && one.after <= 1;
  // What a core does changes all the time: within a tenth, other things decide.
  const tenths = (one: (typeof rated)[number]) => Math.floor(one.used * 10);
  rated.sort(
    (a, b) =>
      Number(hasSpace(b)) - Number(hasSpace(a)) ||
      (hasSpace(a) ? Number(b.own) - Number(a.own) : 0) ||
      tenths(a) - tenths(b) ||
      Number(b.own) - Number(a.own) ||
      a.routers - b.routers ||
      a.used - b.used ||
      a.index - b.index,
  );
  return rated[0]?.index;
}
