/** What people are and may do in a room. SPEC.md's rules A1 and following say where it comes from. */
import { z } from 'zod';
import { MediaSource } from './media.ts';

/** What a participant is in a room. Who is let in without a token that says so is a speaker. */
export const Role = z.enum(['owner', 'moderator', 'speaker', 'viewer']);
export type Role = z.infer<typeof Role>;

/** What a participant may do. Signaling enforces every right. */
export const Rights = z.object({
  /** The sources that they may publish, as far as the room's settings allow them. */
  publish: z.array(MediaSource).max(MediaSource.options.length),
  /** Receive what others publish. */
  subscribe: z.boolean(),
  chat: z.boolean(),
  /** Decide about others. */
  moderate: z.boolean(),
});
export type Rights = z.infer<typeof Rights>;

/** Longest identity, in UTF-16 code units. */
export const maxIdentity = 255;

/** Who a person is to the application that let them in, such as a user's id. Everybody in the room sees it. */
export const Identity = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(maxIdentity, `must be at most ${maxIdentity} characters long`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');
export type Identity = z.infer<typeof Identity>;

/** What a token grants: a role, and the rights in which its bearer differs from that role. A key that is misspelt is a mistake. */
export const Grants = z.strictObject({
  identity: Identity.optional(),
  role: Role.optional(),
  rights: z.strictObject(Rights.partial().shape).optional(),
});
export type Grants = z.infer<typeof Grants>;

const everything = [...MediaSource.options];

/** What a role may do unless a token says otherwise. */
export const rightsOfRole: Record<Role, Rights> = {
  owner: { publish: everything, subscribe: true, chat: true, moderate: true },
  moderator: { publish: everything, subscribe: true, chat: true, moderate: true },
  speaker: { publish: everything, subscribe: true, chat: true, moderate: false },
  viewer: { publish: [], subscribe: true, chat: true, moderate: false },
};

/** The role's rights, but for those that the token names itself. */
export function rightsOf({ role = 'speaker', rights = {} }: Pick<Grants, 'role' | 'rights'>): Rights {
  const of = rightsOfRole[role];
  return {
    publish: rights.publish ?? of.publish,
    subscribe: rights.subscribe ?? of.subscribe,
    chat: rights.chat ?? of.chat,
    moderate: rights.moderate ?? of.moderate,
  };
}
