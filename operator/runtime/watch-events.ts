import { z } from 'zod';

/** One page of a collection, its items unparsed. */
export const ListPage = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

/** What every object of a watch or a list has, however wrong the rest may be. */
export const Identified = z.object({
  kind: z.string().optional(),
  metadata: z.looseObject({
    namespace: z.string().optional(),
    name: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
  }),
});
export type Identified = z.infer<typeof Identified>;

const WatchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: Identified.loose() }),
  z.object({
    type: z.literal('BOOKMARK'),
    object: z.object({ metadata: z.object({ resourceVersion: z.string().min(1) }) }),
  }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({
      code: z.int().default(500),
      reason: z.string().default('Unknown'),
      message: z.string().default('The API server ended the watch with an error.'),
    }),
  }),
]);
export type WatchEvent = z.infer<typeof WatchEvent>;

/** The API server, or something before it, sent what is not Kubernetes. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  readonly code = 'unreadable';

  constructor(where: string, cause?: unknown) {
    super(`What the API server sent in ${where} cannot be understood`, cause === undefined ? {} : { cause });
  }
}

/** @throws UnreadableError for what is no event. */
export function parseWatchLine(line: string): WatchEvent {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new UnreadableError('a watch', error);
  }
  const event = WatchEvent.safeParse(json);
  if (event.success) return event.data;
  throw new UnreadableError('a watch', event.error);
}
