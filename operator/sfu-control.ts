import { controlApi, type RoomUid, type SfuRegistration } from '@parley/protocol';
import { activeTrace, formatTraceparent } from '@parley/telemetry';
import type { Fence } from './runtime/index.ts';

/** How long an SFU may take to close a room; nobody waits for a dead one. */
const timeoutMs = 500;

/** How long an SFU that does not renew its registration may take to say that it is there, in ms. */
const isThereMs = 350;

/** What the operator asks of an SFU. */
export interface SfuControl {
  /**
   * Ends the room's media there.
   *
   * @throws NotLeadingError, or Error if the SFU does not answer in time or refuses.
   */
  closeRoom(controlUrl: string, room: RoomUid): Promise<void>;
  /** Whether this very process answers at once. */
  isThere(sfu: Pick<SfuRegistration, 'controlUrl' | 'instance'>): Promise<boolean>;
}

export function sfuControl(token: string, fence: Fence): SfuControl {
  return {
    async isThere({ controlUrl, instance }) {
      try {
        const answer = await fetch(new URL(controlApi.describe.path, controlUrl), {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(isThereMs),
        });
        const said = controlApi.describe.response.pick({ instance: true }).safeParse(await answer.json());
        return said.data?.instance === instance;
      } catch {
        return false;
      }
    },
    async closeRoom(controlUrl, room) {
      const { method, path } = controlApi.closeRoom;
      const response = await fence.guard(async ({ signal }) => {
        const trace = activeTrace();
        const answer = await fetch(new URL(path.replace(':room', room), controlUrl), {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...(trace && { traceparent: formatTraceparent(trace) }),
          },
          body: '{}',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        await answer.arrayBuffer();
        return answer;
      });
      if (!response.ok) throw new Error(`The SFU answered ${response.status}`);
    },
  };
}
