import {
  type Network,
  NetworksOf,
  networksLeaseMs,
  networksRepeatMs,
  orderNetworks,
  type ParticipantId,
  type RoomUid,
  redisChannels,
  sameNetworks,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';

/** Replicas that are listened to at most, for each room. */
const maxReplicas = 64;

/** What was said last, and when, in ms. */
interface Said {
  networks: readonly Network[];
  at: number;
}

interface Listening {
  readonly uid: RoomUid;
  /** By replica. */
  readonly heard: Map<string, Said>;
  /** Of this replica's people to the other replicas. */
  told: Said;
  /** Of everybody to this replica's people. */
  said: Said;
}

export interface RoomNetworksOptions {
  replica: string;
  publisher: RedisClient;
  subscriber: RedisClient;
  /** Whose network is bad, of the people in this room whom this replica has. */
  own: (uid: RoomUid) => Network[];
  say: (uid: RoomUid, networks: Network[]) => void;
  log: Logger;
}

const nothing: Said = { networks: [], at: Number.NEGATIVE_INFINITY };

/**
 * Tells those in a room whose network is bad: each replica says of its own people what they report, by Redis to the others, and by its own
 * connections to all. What is lost is said again, or ends by itself; nothing of it is kept, and without Redis replicas say what they know.
 */
export class RoomNetworks {
  readonly #of: RoomNetworksOptions;
  readonly #rooms = new Map<string, Listening>();

  constructor(of: RoomNetworksOptions) {
    this.#of = of;
    of.subscriber.on('message', (channel: string, message: string) => this.#hear(channel, message));
  }

  /** Somebody is in this room from now on. */
  opened(uid: RoomUid): void {
    const channel = redisChannels.networks(uid);
    this.#rooms.set(channel, { uid, heard: new Map(), told: nothing, said: nothing });
    this.#of.subscriber.subscribe(channel).catch(() => {});
  }

  /** Nobody is in it any more. */
  closed(uid: RoomUid): void {
    const channel = redisChannels.networks(uid);
    const named = this.#rooms.get(channel)?.told.networks ?? [];
    this.#rooms.delete(channel);
    if (named.length > 0) this.#tell(channel, []);
    this.#of.subscriber.unsubscribe(channel).catch(() => {});
  }

  /** Says what is news, and again what may have been lost. */
  round(now = performance.now()): void {
    for (const [channel, room] of this.#rooms) {
      const own = orderNetworks(this.#of.own(room.uid));
      if (isDue(room.told, own, now)) {
        room.told = { networks: own, at: now };
        this.#tell(channel, own);
      }
      const all = mergeNetworks(own, room.heard, now);
      if (!isDue(room.said, all, now)) continue;
      room.said = { networks: all, at: now };
      this.#of.say(room.uid, all);
    }
  }

  /** Tells the other replicas. */
  #tell(channel: string, networks: Network[]): void {
    const message: NetworksOf = { replica: this.#of.replica, networks };
    this.#of.publisher.publish(channel, JSON.stringify(message)).catch(() => {});
  }

  #hear(channel: string, message: string): void {
    const room = this.#rooms.get(channel);
    if (!room) return;
    const told = readMessage(message);
    if (!told) {
      this.#of.log.debug({ uid: room.uid }, 'what a replica says of networks makes no sense');
      return;
    }
    const { replica, networks } = told;
    if (replica === this.#of.replica) return;
    // Anew, so that the one that was not heard for longest comes first.
    room.heard.delete(replica);
    if (networks.length > 0) room.heard.set(replica, { networks, at: performance.now() });
    const [oldest] = room.heard.keys();
    if (room.heard.size > maxReplicas && oldest !== undefined) room.heard.delete(oldest);
  }
}

function isDue(said: Said, networks: readonly Network[], now: number): boolean {
  if (!sameNetworks(said.networks, networks)) return true;
  return networks.length > 0 && now - said.at >= networksRepeatMs;
}

/** What this replica knows of its own people goes before what another says of them, who may have had them before. */
export function mergeNetworks(
  own: readonly Network[],
  heard: ReadonlyMap<string, Said>,
  now: number,
): Network[] {
  const current = [...heard.values()].filter(({ at }) => now - at < networksLeaseMs);
  const all = new Map<ParticipantId, Network>();
  for (const network of [...current.flatMap(({ networks }) => networks), ...own]) {
    all.set(network.participantId, network);
  }
  return orderNetworks([...all.values()]);
}

function readMessage(message: string): NetworksOf | undefined {
  try {
    return NetworksOf.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
