import type { Participant, ParticipantId } from '@parley/protocol';
import type { Owner } from '../room/lookups.ts';
import { chooseCameras } from './last-n.ts';
import type { Views } from './views.ts';

/** Which pictures are received, and as how large: what the page shows, and of cameras no more than it wants at a time. */
export class Pictures {
  readonly #views: Pick<Views, 'areaOf'>;
  #most: number | undefined;
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

  /** Chooses among the cameras of `others`. Answers whether it is another choice than before. */
  choose(others: readonly Participant[], spoken: readonly ParticipantId[]): boolean {
    const before = this.#chosen;
    this.#chosen = this.#most === undefined ? undefined : this.#among(others, spoken, this.#most);
    return !isSame(before, this.#chosen);
  }

  /** As `Views.areaOf`; 0 of cameras that are left out. */
  areaOf(picture: Owner): number | undefined {
    return this.isLeftOut(picture) ? 0 : this.#views.areaOf(picture);
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
