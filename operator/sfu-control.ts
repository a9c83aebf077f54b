import { controlApi, type RoomUid } from '@parley/protocol';

/** How long an SFU may take to close a room; nobody waits for a dead one. */
const timeoutMs = 500;

/** What the operator asks of an SFU. */
export interface SfuControl {
  /**
   * Ends the room's media there.
   *
   * @throws Error if the SFU does not answer in time or refuses.
   */
  closeRoom(controlUrl: string, room: RoomUid): Promise<void>;
}

export function sfuControl(token: string): SfuControl {
  return {
    async closeRoom(controlUrl, room) {
      const { method, path } = controlApi.closeRoom;
      const response = await fetch(new URL(path.replace(':room', room), controlUrl), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The SFU answered ${response.status}`);
    },
  };
}
