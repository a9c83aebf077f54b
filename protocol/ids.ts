import { z } from 'zod';

/** A Kubernetes name: a DNS label of RFC 1123. */
const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a lower-case DNS label');

/** Which Room is meant: `namespace/name`, unique in a cluster. */
export const RoomKey = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be namespace/name, both lower-case DNS labels',
  )
  .brand<'RoomKey'>();
export type RoomKey = z.infer<typeof RoomKey>;

/** The UID that Kubernetes gave the Room: a room made again under its old name has another one. */
export const RoomUid = z.uuid().brand<'RoomUid'>();
export type RoomUid = z.infer<typeof RoomUid>;

export const ParticipantId = z.uuid().brand<'ParticipantId'>();
export type ParticipantId = z.infer<typeof ParticipantId>;

export const TransportId = z.uuid().brand<'TransportId'>();
export type TransportId = z.infer<typeof TransportId>;

export const ProducerId = z.uuid().brand<'ProducerId'>();
export type ProducerId = z.infer<typeof ProducerId>;

export const ConsumerId = z.uuid().brand<'ConsumerId'>();
export type ConsumerId = z.infer<typeof ConsumerId>;

/** Somebody who waits in a lobby. */
export const LobbyId = z.uuid().brand<'LobbyId'>();
export type LobbyId = z.infer<typeof LobbyId>;

/** Somebody who was shut out of a meeting. */
export const BanId = z.uuid().brand<'BanId'>();
export type BanId = z.infer<typeof BanId>;

export const ChatMessageId = z.uuid().brand<'ChatMessageId'>();
export type ChatMessageId = z.infer<typeof ChatMessageId>;

/** One incarnation of a room's media: changes whenever the room is opened anew on an SFU, and every transport with it. */
export const MediaGeneration = z.string().min(1).max(64).brand<'MediaGeneration'>();
export type MediaGeneration = z.infer<typeof MediaGeneration>;

/** One loss of what participants of a room had, while the room's media lived on for others. */
export const MediaLossId = z.uuid().brand<'MediaLossId'>();
export type MediaLossId = z.infer<typeof MediaLossId>;

/** One run of an SFU process: changes at every restart. */
export const SfuInstance = z.uuid().brand<'SfuInstance'>();
export type SfuInstance = z.infer<typeof SfuInstance>;

export const RoomName = label.brand<'RoomName'>();
export type RoomName = z.infer<typeof RoomName>;

/** @throws ZodError if either part is not a DNS label. */
export function roomKey(namespace: string, name: string): RoomKey {
  return RoomKey.parse(`${namespace}/${name}`);
}

export function splitRoomKey(key: RoomKey): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
