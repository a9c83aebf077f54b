import type { ParticipantId } from '@parley/protocol';
import { z } from 'zod';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import type { ScriptName } from './scripts.ts';

/** Who asks: a participant, whose rights count, or an application with a key of the REST API, which may do everything. */
export type Asking = ParticipantId | 'application';

/** Why nothing was changed. */
const Refused = z.enum([
  'lost',
  'forbidden',
  'not_found',
  'owner',
  'self',
  'oneself',
  'full',
  'may_not',
  'too_old',
  'away',
]);
export type ModerationRefused = z.infer<typeof Refused>;

/** How a decision went, and what its script says besides. */
export type Moderated<T> = { status: 'ok'; value: T } | { status: ModerationRefused };

/** Runs a script that a moderator asks for. Who may is decided in the same atomic step. */
export async function runModeration<T>(
  changes: RoomChanges,
  name: ScriptName,
  room: RoomRef,
  by: Asking,
  args: (string | number)[],
  value: z.ZodType<T>,
): Promise<Moderated<T>> {
  const asks = by === 'application' ? '' : by;
  const { status, rest } = await changes.run(name, room, [asks, ...args]);
  if (status !== 'ok') return { status: Refused.parse(status) };
  return { status: 'ok', value: value.parse(rest[0]) };
}
