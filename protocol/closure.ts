import { z } from 'zod';

/** Why a room is closed, for now or for good. */
export const Closure = z.object({
  /** NotOpenYet: it opens by itself. Closed: it does not open again. Suspended: until its administrator opens it. */
  reason: z.enum(['NotOpenYet', 'Closed', 'Suspended']),
  /** When it opens, if that is known. */
  opensAt: z.iso.datetime().optional(),
});
export type Closure = z.infer<typeof Closure>;
