import { eventually } from '@parley/testing';
import { statsOf } from './peers.ts';
import type { Person } from './person.ts';

/** What came out of somebody's decoders since their call began. */
export interface Heard {
  frames: number;
  /** Of the largest picture. */
  width: number;
  /** Samples of sound that were played, and those of them that had to be made up since packets were missing. */
  samples: number;
  concealed: number;
}

/** To be had of pages that keep their peers. */
export async function heardBy({ page }: Person): Promise<Heard> {
  const streams = await statsOf(page, 'inbound-rtp');
  const sum = (name: string) => streams.reduce((total, one) => total + Number(one[name] ?? 0), 0);
  return {
    frames: sum('framesDecoded'),
    width: Math.max(0, ...streams.map(({ frameWidth }) => Number(frameWidth ?? 0))),
    samples: sum('totalSamplesReceived'),
    concealed: sum('concealedSamples'),
  };
}

/** Waits until somebody has heard so many seconds more, and says what share of that was made up, and how many frames came. */
export async function hears(person: Person, seconds: number): Promise<{ concealed: number; frames: number }> {
  const before = await heardBy(person);
  const after = await eventually(
    `${person.name} to hear ${seconds} s of sound`,
    async () => {
      const now = await heardBy(person);
      return now.samples - before.samples >= seconds * 48_000 && now;
    },
    seconds * 1_000 + 60_000,
  );
  return {
    concealed: (after.concealed - before.concealed) / (after.samples - before.samples),
    frames: after.frames - before.frames,
  };
}

/**
 * Somebody sees moving pictures and hears nearly all that is said for so many seconds. Sound that stutters since the machine is busy is given two
 * more chances: where 5 % of the packets are missing for good, none of three stretches is this good.
 */
export async function hearsWell(person: Person, seconds: number): Promise<void> {
  const stretches: { concealed: number; frames: number }[] = [];
  while (stretches.length < 3) {
    const stretch = await hears(person, seconds);
    if (stretch.concealed < 0.03 && stretch.frames > 0) return;
    stretches.push(stretch);
  }
  throw new Error(`${person.name} does not see and hear well: ${JSON.stringify(stretches)}`);
}
