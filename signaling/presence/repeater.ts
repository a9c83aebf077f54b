import type { ChatMessage, RoomEvent } from '@parley/protocol';
import type { RoomChat } from '../state/room-chat.ts';
import type { RoomRef, RoomState } from '../state/room-state.ts';
import type { LocalRooms } from './local-rooms.ts';

/**
 * Says the newest change and message of each room once more after what replicas tell each other was lost for a while: who knows
 * them drops them, and who does not sees a gap and asks for the rest, instead of 30 s later.
 */
export class Repeater {
  readonly #rooms: LocalRooms;
  readonly #state: RoomState;
  readonly #chat: RoomChat;
  readonly #say: (room: RoomRef, newest: { event?: RoomEvent; message?: ChatMessage }) => void;
  #missed = false;

  constructor(of: {
    rooms: LocalRooms;
    state: RoomState;
    chat: RoomChat;
    say: (room: RoomRef, newest: { event?: RoomEvent; message?: ChatMessage }) => void;
  }) {
    this.#rooms = of.rooms;
    this.#state = of.state;
    this.#chat = of.chat;
    this.#say = of.say;
  }

  /** Something said before now may not have arrived, here or elsewhere; what is said from now on does. */
  note(): void {
    this.#missed = true;
  }

  /** @throws RefusalError `unavailable` without Redis: then the next round does it. */
  async round(): Promise<void> {
    if (!this.#missed) return;
    this.#missed = false;
    try {
      for (const room of this.#rooms.all()) {
        const [event, message] = await Promise.all([this.#state.newest(room), this.#chat.newest(room)]);
        this.#say(room, { ...(event && { event }), ...(message && { message }) });
        if (room.placement.state === 'ready' && room.placement.lobby) {
          await this.#state.moderation.repeatLobby(room);
        }
      }
    } catch (error) {
      this.#missed = true;
      throw error;
    }
  }
}
