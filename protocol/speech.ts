/** Who speaks, by how loud everyone is: as SFUs measure it, and clients whose sound does not go through one. SPEC.md, M12 and M13. */
import type { ParticipantId } from './ids.ts';
import { maxSpeakers, type Speaker, type SpeakerLevel } from './speakers.ts';

/** One who is heard, or was a moment ago. */
interface Voice {
  /** Smoothed, in dBov. */
  readonly loudness: number;
  readonly level: SpeakerLevel;
  /** When it was last louder than silence, in ms. */
  readonly heardAt: number;
}

/** What is remembered of how loud those in a room were. */
export interface Speech {
  readonly at: number;
  readonly voices: ReadonlyMap<ParticipantId, Voice>;
  readonly active: ParticipantId | undefined;
  /** Who is clearly louder than the active speaker, and since when. */
  readonly rival: { readonly id: ParticipantId; readonly since: number } | undefined;
}

export const silence: Speech = { at: 0, voices: new Map(), active: undefined, rival: undefined };

/** Nothing quieter counts, in dBov. A voice is at about -30, a room with a fan at -60. */
export const quietest = -65;
/** From how many dBov on a voice has the levels 1, 2 and 3. */
const begins = [-50, -40, -28] as const;
/** A level is lost so many dB below where it begins, so that it does not flicker. */
const slackDb = 4;
/** How fast loudness follows a voice that rises or falls, as time constants in ms: a syllable counts at once, a pause within a word does not. */
const riseMs = 100;
const fallMs = 400;
/** Another speaker becomes the active one who is so much louder for so long. */
const clearlyDb = 6;
const rivalryMs = 500;
/** Who is silent for so long is not the active speaker any more, in ms. */
const activeMs = 2_000;
/** At which loudness above the quietest a voice is forgotten, in dB. */
const forgottenDb = 1;

/**
 * What is known once everyone is as loud as `volumes` says, in dBov; those who are missing there are silent.
 *
 * @param now in ms. How often this is called makes no difference to what comes out.
 */
export function hear(before: Speech, volumes: ReadonlyMap<ParticipantId, number>, now: number): Speech {
  const elapsedMs = Math.max(0, now - before.at);
  const voices = new Map<ParticipantId, Voice>();
  for (const id of new Set([...before.voices.keys(), ...volumes.keys()])) {
    const voice = follow(before.voices.get(id), volumes.get(id) ?? quietest, elapsedMs, now);
    const remembered = voice.level > 0 || voice.loudness > quietest + forgottenDb;
    if (remembered || isStillActive(id, voice, before, now)) voices.set(id, voice);
  }
  return { at: now, voices, ...chooseActive(before, voices, now) };
}

/** Who speaks, the active speaker first and then the louder before the quieter. */
export function speakersOf({ voices, active }: Speech): Speaker[] {
  const heard = [...voices].filter(([id, { level }]) => level > 0 || id === active);
  const rank = ([id, { level }]: (typeof heard)[number]) => (id === active ? 4 : level);
  // Among equals by their ids, so that the order stays as it is while levels do.
  heard.sort((one, other) => rank(other) - rank(one) || (one[0] < other[0] ? -1 : 1));
  return heard.slice(0, maxSpeakers).map(([participantId, { level }]) => ({ participantId, level }));
}

/** Whether nothing can change any more before somebody is heard. */
export function isSilent({ voices }: Speech): boolean {
  return voices.size === 0;
}

function follow(before: Voice | undefined, volume: number, elapsedMs: number, now: number): Voice {
  const from = before?.loudness ?? quietest;
  const target = Math.max(volume, quietest);
  // Of who was not heard before it is not known when they began: that one measurement counts wholly.
  const share = before ? 1 - Math.exp(-elapsedMs / (target > from ? riseMs : fallMs)) : 1;
  const loudness = from + (target - from) * share;
  const level = levelOf(loudness, before?.level ?? 0);
  return { loudness, level, heardAt: level > 0 ? now : (before?.heardAt ?? now) };
}

function levelOf(loudness: number, before: SpeakerLevel): SpeakerLevel {
  return begins.filter((from, place) => loudness >= (place < before ? from - slackDb : from)).length;
}

function isStillActive(id: ParticipantId, voice: Voice, before: Speech, now: number): boolean {
  return id === before.active && now - voice.heardAt < activeMs;
}

function chooseActive(
  before: Speech,
  voices: ReadonlyMap<ParticipantId, Voice>,
  now: number,
): Pick<Speech, 'active' | 'rival'> {
  const current = before.active === undefined ? undefined : voices.get(before.active);
  const stays = current !== undefined && now - current.heardAt < activeMs;
  const loudest = loudestBut(stays ? before.active : undefined, voices);
  if (!stays) return { active: loudest?.id, rival: undefined };

  const rivals =
    loudest !== undefined && (current.level === 0 || loudest.loudness >= current.loudness + clearlyDb);
  if (!rivals) return { active: before.active, rival: undefined };
  const since = before.rival?.id === loudest.id ? before.rival.since : now;
  if (now - since >= rivalryMs) return { active: loudest.id, rival: undefined };
  return { active: before.active, rival: { id: loudest.id, since } };
}

function loudestBut(except: ParticipantId | undefined, voices: ReadonlyMap<ParticipantId, Voice>) {
  let loudest: { id: ParticipantId; loudness: number } | undefined;
  for (const [id, { level, loudness }] of voices) {
    if (id === except || level === 0 || (loudest && loudness <= loudest.loudness)) continue;
    loudest = { id, loudness };
  }
  return loudest;
}
