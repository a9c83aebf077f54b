import type { ProducerId, RoomKey } from '@parley/protocol';
import type { RoomProducers } from '../state/room-producers.ts';

/**
 * Has the SFU do what the state says of a producer, which was just written. Who mutes themselves and who mutes them may do so in the same
 * moment: whoever was last at the SFU sees whether it is what the state says.
 */
export async function settlePause(
  producers: Pick<RoomProducers, 'isPaused'>,
  room: RoomKey,
  producer: ProducerId,
  paused: boolean,
  pauseAtSfu: (paused: boolean) => Promise<unknown>,
): Promise<void> {
  let said = paused;
  for (;;) {
    await pauseAtSfu(said);
    const wanted = await producers.isPaused(room, producer);
    if (wanted === undefined || wanted === said) return;
    said = wanted;
  }
}
