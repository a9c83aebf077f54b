import { isDeepStrictEqual } from 'node:util';
import type { SfuInstance, SfuRegistration } from '@parley/protocol';
import { type Pressure, pressureAt } from '../pool/pressure.ts';

type Said = Pick<SfuRegistration, 'pod' | 'instance' | 'cutOff' | 'load'>;

interface Known {
  instance: SfuInstance;
  used: number | undefined;
  pressure: Pressure;
  /** Since when it has been full, in ms, if it is. */
  fullSince?: number;
  /** Whether it can share a room with other SFUs. Those that can say whom they do not reach, be it nobody. */
  meshes: boolean;
  /** SFUs that it does not reach, and since when. */
  cuts: ReadonlyMap<SfuInstance, number>;
}

/** What of an SFU changes all the time, and is therefore no news of its pool. */
export interface SfuLoad extends Pick<Known, 'pressure' | 'fullSince' | 'meshes'> {
  /** How much of its workers is taken, from 0 to 1, if it says so. */
  used: number | undefined;
}

/**
 * How much of each SFU is taken, and whom it does not reach. Loads change every second, but are looked at anew only where they
 * cross a limit.
 */
export class SfuLoads {
  readonly #onChange: (pod: string) => void;
  #known = new Map<string, Known>();

  /** @param onChange is told of pods whose SFU is under another pressure now, or reaches other SFUs than before. */
  constructor(onChange: (pod: string) => void) {
    this.#onChange = onChange;
  }

  get(pod: string): SfuLoad {
    const { used, pressure = 'low', fullSince, meshes = false } = this.#known.get(pod) ?? {};
    return { used, pressure, meshes, ...(fullSince !== undefined && { fullSince }) };
  }

  /** Since when one of two SFUs has not reached the other, as it says, in ms; undefined: they reach each other as far as is known. */
  cutOffSince(a: SfuInstance, b: SfuInstance): number | undefined {
    const since: number[] = [];
    for (const { instance, cuts } of this.#known.values()) {
      const other = instance === a ? b : instance === b ? a : undefined;
      const at = other && cuts.get(other);
      if (at !== undefined) since.push(at);
    }
    return since.length > 0 ? Math.min(...since) : undefined;
  }

  /** Takes what the SFUs say that live. */
  follow(sfus: Iterable<Said>, now: number): void {
    const before = this.#known;
    this.#known = new Map();
    const changed: string[] = [];
    for (const { pod, instance, cutOff, load } of sfus) {
      const earlier = before.get(pod);
      const known = earlier?.instance === instance ? earlier : undefined;
      const pressure = pressureAt(load.used ?? 0, known?.pressure);
      const cuts = new Map((cutOff ?? []).map(other => [other, known?.cuts.get(other) ?? now]));
      const full = pressure === 'full' ? { fullSince: known?.fullSince ?? now } : {};
      const meshes = cutOff !== undefined;
      this.#known.set(pod, { instance, used: load.used, pressure, ...full, meshes, cuts });
      const same =
        pressure === (earlier?.pressure ?? 'low') && isDeepStrictEqual(cuts, known?.cuts ?? new Map());
      if (!same) changed.push(pod);
    }
    for (const pod of changed) this.#onChange(pod);
  }
}
