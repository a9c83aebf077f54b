/** What the REST API takes and gives. The descriptions stand in its OpenAPI document. */
import {
  Ban,
  BanId,
  DisplayName,
  Grants,
  MediaSource,
  MutedSources,
  Participant,
  ParticipantId,
  Refusal,
  Role,
  RoomName,
} from '@parley/protocol';
import { RoomSpec } from '@parley/resources';
import { z } from 'zod';

/** Most rooms on one page. */
const maxPage = 200;

const joinUrl = z.url().describe('Where people join.');
const names = {
  namespace: RoomName.describe("The Room's namespace."),
  name: RoomName.describe("The Room's name in its namespace."),
};

export const RoomPath = z.object(names);

export const ListRooms = z.strictObject({
  namespace: RoomName.optional().describe('Rooms of this namespace alone. Default: of all.'),
  limit: z.coerce.number().int().min(1).max(maxPage).default(50).describe('Most rooms in the answer.'),
  cursor: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('The `cursor` of the page before, for the one after it. It is good for about five minutes.'),
});

export const CreateRoom = z.strictObject({
  name: RoomName.optional().describe('Default: a readable random name.'),
  namespace: RoomName.optional().describe('Default: the namespace whose rooms go by their name alone.'),
  spec: z
    .strictObject(RoomSpec.shape)
    .partial()
    .default({})
    .describe('What the room should be, as in the Room resource.'),
});

export const NewRoom = z
  .object({ ...names, joinUrl })
  .describe('A room that was made, and that people may join as soon as an SFU carries it.');

export const Room = z
  .object({
    ...names,
    joinUrl,
    state: z
      .enum(['ready', 'waiting', 'closed', 'rejected', 'ended'])
      .describe(
        'ready: people may join. waiting: nothing carries it right now. closed: by its schedule or its administrator. rejected: its spec is impossible. ended: it was deleted.',
      ),
    reason: z.string().optional().describe('Why it is not ready, as a CamelCase word for programs.'),
    message: z.string().optional().describe('Why it is not ready, as a sentence for people.'),
    opensAt: z.iso.datetime().optional().describe('When it opens, if it is closed and that is known.'),
    participants: z.int().min(0).describe('How many people are in it.'),
  })
  .describe('A room as it is at this moment.');

export const RoomPage = z
  .object({
    rooms: z.array(Room),
    cursor: z.string().optional().describe('Asks for the next page. Absent: this is the last one.'),
  })
  .describe('Rooms, by namespace and name.');

export const Participants = z
  .object({ participants: z.array(Participant) })
  .describe('Who is in a room, in the order in which they came.');

export const ParticipantPath = z.object({
  ...names,
  participant: ParticipantId.describe('Id of somebody in the room.'),
});

export const Mute = z.strictObject({
  sources: MutedSources.default([...MediaSource.options]).describe(
    'What of theirs to mute. Default: everything.',
  ),
});

export const AskToUnmute = z.strictObject({
  sources: MutedSources.default(['microphone']).describe('What they are asked to send.'),
});

export const BanPath = z.object({ ...names, ban: BanId.describe('Id of a ban.') });

export const Bans = z
  .object({ bans: z.array(Ban) })
  .describe("Who is shut out of the room's meeting, the latest first.");

export const SetRole = z.strictObject({ role: Role.describe('What they are from now on.') });

export const CreateToken = z.strictObject({
  identity: Grants.shape.identity.describe(
    'Who its bearer is to your application, such as the id of a user. Everybody in the room sees it.',
  ),
  role: Grants.shape.role.describe('What its bearer is in the room. Default: speaker.'),
  rights: Grants.shape.rights.describe('Rights in which its bearer differs from the role.'),
  displayName: DisplayName.optional().describe('The name that its bearer goes by. Default: they choose it.'),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(30 * 24 * 3600)
    .default(3600)
    .describe('How long the token lets somebody in. Who is in stays.'),
});

export const NewToken = z
  .object({
    token: z.string().describe('A JSON Web Token, for `join` of the signaling protocol.'),
    joinUrl: z
      .url()
      .describe('Where its bearer joins. The token stands after the #, which browsers keep to themselves.'),
  })
  .describe('An invitation.');

export const ErrorAnswer = z.object({ error: Refusal }).describe('Why a request was refused.');
