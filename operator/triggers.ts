import type { RoomKey } from '@parley/protocol';
import { labels, podPool } from './kinds.ts';
import { hasOtherAddresses } from './pool/exposer.ts';
import { nodeState } from './pool/member.ts';
import type { Participants } from './redis/participants.ts';
import type { Registrations } from './redis/registrations.ts';
import { wantedPool } from './room/adopt.ts';
import type { Controller } from './runtime/index.ts';
import type { Stores } from './watches.ts';

/** Has the controllers look at whatever a change in the API server concerns. */
export function lookOnChanges(
  stores: Stores,
  of: {
    readonly pools: Controller;
    readonly rooms: Controller;
    readonly participants: Participants;
    readonly registrations: Registrations;
  },
): void {
  stores.rooms.onChange((key, now, before) => {
    // Also where this process stands by and no worker does it.
    if (!now) of.participants.forget(key as RoomKey);
    of.rooms.add(key);
    if (now?.status.movingFrom === before?.status.movingFrom) return;
    for (const room of [now, before]) {
      const pool = room && wantedPool(room);
      if (pool !== undefined) of.pools.add(pool);
    }
  });
  stores.pools.onChange(key => of.pools.add(key));
  stores.services.onChange((_, now, before) => {
    const pool = (now ?? before)?.metadata.labels[labels.pool];
    if (pool !== undefined && !now !== !before) of.pools.add(pool);
  });
  stores.nodes.onChange((name, now, before) => {
    if (!hasOtherAddresses(now, before) && nodeState(now) === nodeState(before)) return;
    for (const pod of stores.pods.values()) {
      const pool = podPool(pod);
      if (pool !== undefined && pod.spec.nodeName === name) of.pools.add(pool);
    }
  });
  stores.pods.onChange((_, now, before) => {
    const pool = podPool(now ?? before);
    if (pool !== undefined) of.pools.add(pool);
    if (!now !== !before) of.registrations.look();
  });
}
