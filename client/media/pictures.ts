import type { Participant, ParticipantId } from '@parley/protocol';
import type { Owner } from '../room/lookups.ts';
import { chooseCameras } from './last-n.ts';
import type { Views } from './views.ts';

/** Which pictures are received, and as how large: what the page shows, and of cameras no more than it wants at a time. */
export class Pictures {
  readonly #views: Pick<Views, 'areaOf'>;
  #most: number | undefined;
  #reduction = { area: Number.POSITIVE_INFINITY, cameras: Number.POSITIVE_INFINITY };
  #chosen: ReadonlySet<ParticipantId> | undefined;

  /** @param most how many cameras; undefined: all. */
  constructor(views: Pick<Views, 'areaOf'>, most: number | undefined) {
    this.#views = views;
    this.#most = most;
  }

  /** How many cameras from the next choice on. */
  limit(most: number | undefined): void {
    this.#most = most;
  }

  /**
   * Receives no more than so many cameras, each as if it was shown on so many pixels at most, on a network that cannot take more. Answers whether
   * that is new; `choose` takes it up.
   */
  reduce(reduction: { area: number; cameras: number }): boolean {
    const before = this.#reduction;
    this.#reduction = reduction;
    return before.area !== reduction.area || before.cameras !== reduction.cameras;
  }

  /** Chooses among the cameras of `others`. Answers whether it is another choice than before. */
  choose(others: readonly Participant[], spoken: readonly ParticipantId[]): boolean {
    const before = this.#chosen;
    const most = Math.min(this.#most ?? Number.POSITIVE_INFINITY, this.#reduction.cameras);
    this.#chosen = most === Number.POSITIVE_INFINITY ? undefined : this.#among(others, spoken, most);
    return !isSame(before, this.#chosen);
  }

  /** As `Views.areaOf`; 0 of cameras that are left out. Screens hold text, and are not reduced. */
  areaOf(picture: Owner): number | undefined {
    if (this.isLeftOut(picture)) return 0;
    const area = this.#views.areaOf(picture);
    return area === undefined || picture.source !== 'camera' ? area : Math.min(area, this.#reduction.area);
  }

  /** Screens never are. */
  isLeftOut({ participantId, source }: Owner): boolean {
    return source === 'camera' && this.#chosen !== undefined && !this.#chosen.has(participantId);
  }

  #among(
    others: readonly Participant[],
    spoken: readonly ParticipantId[],
    most: number,
  ): ReadonlySet<ParticipantId> {
    const sends = others.filter(({ producers }) =>
      producers.some(({ source, paused }) => source === 'camera' && !paused),
    );
    const candidates = sends.map(({ id }) => ({
      id,
      area: this.#views.areaOf({ participantId: id, source: 'camera' }),
    }));
    return chooseCameras(candidates, spoken, most);
  }
}

function isSame(one: ReadonlySet<ParticipantId> | undefined, other: ReadonlySet<ParticipantId> | undefined) {
  if (one === undefined || other === undefined) return one === other;
  return one.size === other.size && [...one].every(id => other.has(id));
}
