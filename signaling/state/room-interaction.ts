import type { MediaSource, ParticipantId } from '@parley/protocol';
import { z } from 'zod';
import { type Asking, type Moderated, runModeration } from './moderated.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import { Person } from './snapshot.ts';

const Paced = z.enum(['ok', 'lost', 'too_fast']);
const NotPassed = z.enum(['lost', 'not_found', 'too_old', 'away', 'too_fast']);

/** Raised hands, and whether somebody may react, ask or send a signal at this moment. */
export class RoomInteraction {
  readonly #changes: RoomChanges;

  constructor(changes: RoomChanges) {
    this.#changes = changes;
  }

  async raiseHand(room: RoomRef, id: ParticipantId, raised: boolean): Promise<z.infer<typeof Paced>> {
    const { status } = await this.#changes.run('raiseHand', room, [id, raised ? 1 : 0]);
    return Paced.parse(status);
  }

  lowerHand(room: RoomRef, by: Asking, id: ParticipantId): Promise<Moderated<unknown>> {
    return runModeration(this.#changes, 'lowerHand', room, by, [id], z.unknown());
  }

  /** Takes from how often a participant may react. */
  async react(room: RoomRef, id: ParticipantId): Promise<z.infer<typeof Paced>> {
    return Paced.parse((await this.#changes.run('react', room, [id])).status);
  }

  /** Whether a participant may be asked for these sources. Answers who asks, if that is a person. */
  async askToUnmute(
    room: RoomRef,
    by: Asking,
    id: ParticipantId,
    sources: MediaSource[],
  ): Promise<Moderated<Person | undefined>> {
    const asker = z.string().transform(json => (json === '' ? undefined : Person.parse(JSON.parse(json))));
    return runModeration(this.#changes, 'askToUnmute', room, by, [id, ...sources], asker);
  }

  /** Whether a participant can send another a signal. Answers what is known of both. */
  async signal(
    room: RoomRef,
    from: ParticipantId,
    to: ParticipantId,
  ): Promise<{ status: 'ok'; sender: Person; receiver: Person } | { status: z.infer<typeof NotPassed> }> {
    const { status, rest } = await this.#changes.run('signal', room, [from, to]);
    if (status !== 'ok') return { status: NotPassed.parse(status) };
    const [sender, receiver] = z
      .tuple([z.string(), z.string()])
      .parse(rest)
      .map(json => Person.parse(JSON.parse(json))) as [Person, Person];
    return { status, sender, receiver };
  }
}
