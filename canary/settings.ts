import { RoomKey } from '@parley/protocol';
import { port } from '@parley/telemetry';
import { z } from 'zod';

const seconds = (least: number, most: number) => z.coerce.number().min(least).max(most);

/** What the canary reads from its environment; see README.md. */
export const Settings = z
  .object({
    LISTEN_HOST: z.string().default('0.0.0.0'),
    /** Where health, readiness and figures are served. */
    PORT: port.default(8080),
    /** Where people reach signaling. */
    CANARY_URL: z.url({ protocol: /^https?$/ }).transform(url => url.replace(/\/+$/, '')),
    /** The room that its two participants meet in. */
    CANARY_ROOM: RoomKey,
    /** With the scope `tokens`; without it the room has to be an open one. */
    API_KEY: z.union([z.literal('').transform(() => undefined), z.string().max(512)]).optional(),
    /** From the beginning of a round to that of the next one. */
    CANARY_PERIOD_SECONDS: seconds(1, 3_600).default(60),
    /** How long sound and pictures flow in a round. */
    CANARY_MEDIA_SECONDS: seconds(0.5, 600).default(10),
    /** How long it may take until both are in and receive each other. */
    CANARY_JOIN_SECONDS: seconds(1, 120).default(15),
  })
  .transform(env => ({
    listenHost: env.LISTEN_HOST,
    port: env.PORT,
    url: env.CANARY_URL,
    room: env.CANARY_ROOM,
    apiKey: env.API_KEY,
    periodMs: env.CANARY_PERIOD_SECONDS * 1_000,
    mediaMs: env.CANARY_MEDIA_SECONDS * 1_000,
    joinMs: env.CANARY_JOIN_SECONDS * 1_000,
  }));
export type Settings = z.infer<typeof Settings>;
