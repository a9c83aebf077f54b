import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface Roughness {
  /** Share of packets that are lost, 0 to 1. */
  loss?: number;
  /** How many packets are lost in a row in the mean; 1: each by itself. */
  burst?: number;
  /** How much later packets arrive, in ms each way. */
  delayMs?: number;
}

export interface UdpAddress {
  address: string;
  port: number;
}

/** Says of one packet after the other whether it is lost; the same seed always says the same. */
export function losses(seed: number, { loss = 0, burst = 1 }: Roughness): () => boolean {
  const random = randomFrom(seed);
  // Two states, in one of which everything is lost.
  const stays = burst > 1 ? 1 - 1 / burst : loss;
  const begins = burst > 1 ? loss / burst / (1 - loss) : loss;
  let losing = false;
  return () => {
    losing = random() < (losing ? stays : begins);
    return losing;
  };
}

/** Numbers from 0 up to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A network between UDP clients and servers that loses and delays packets. Each server is reached through a door of its own; `change` shuts
 * all doors, as when a client goes over to another network, and servers see it come from other ports through those opened after that.
 */
export class RoughNetwork implements AsyncDisposable {
  readonly #seed: number;
  readonly #listenAt: string;
  #doors = new Map<string, Promise<Door>>();
  #roughness: Roughness = {};
  #opened = 0;
  #closed: Door[] = [];

  /** @param listenAt where clients reach it. */
  constructor(seed: number, listenAt = '127.0.0.1') {
    this.#seed = seed;
    this.#listenAt = listenAt;
  }

  /** Where clients send what is for `server`. */
  async door(server: UdpAddress): Promise<UdpAddress> {
    const key = `${server.address} ${server.port}`;
    const known = this.#doors.get(key);
    const door = known ?? Door.open(server, this.#listenAt, this.#seed + this.#opened++, this.#roughness);
    this.#doors.set(key, door);
    return (await door).address;
  }

  /** From now on packets fare like this. */
  async be(roughness: Roughness): Promise<void> {
    this.#roughness = roughness;
    for (const door of await this.#open()) door.be(roughness);
  }

  /** Nothing goes through the doors that there are any more, as when a cable is pulled; those who ask anew are given others. */
  async change(): Promise<void> {
    const doors = await this.#open();
    this.#doors = new Map();
    this.#closed.push(...doors);
    for (const door of doors) door.close();
  }

  /** Packets of all doors so far. */
  async counts(): Promise<{ forwarded: number; lost: number }> {
    const doors = [...this.#closed, ...(await this.#open())];
    const sum = (what: 'forwarded' | 'lost') => doors.reduce((total, door) => total + door[what], 0);
    return { forwarded: sum('forwarded'), lost: sum('lost') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.change();
  }

  #open(): Promise<Door[]> {
    return Promise.all(this.#doors.values());
  }
}

class Door {
  readonly #server: UdpAddress;
  readonly #front: Socket;
  readonly #seed: number;
  /** A socket towards the server for each client. */
  readonly #clients = new Map<string, Socket>();
  #roughness: Roughness = {};
  #isLost: { up: () => boolean; down: () => boolean } = { up: () => false, down: () => false };
  #closed = false;
  forwarded = 0;
  lost = 0;

  private constructor(server: UdpAddress, front: Socket, seed: number) {
    this.#server = server;
    this.#front = front;
    this.#seed = seed;
  }

  static async open(server: UdpAddress, listenAt: string, seed: number, roughness: Roughness): Promise<Door> {
    const door = new Door(server, await bound(listenAt), seed);
    door.be(roughness);
    door.#front.on('message', (packet, { address, port }) => door.#up(packet, { address, port }));
    return door;
  }

  get address(): UdpAddress {
    const { address, port } = this.#front.address();
    return { address, port };
  }

  be(roughness: Roughness): void {
    this.#roughness = roughness;
    this.#isLost = { up: losses(this.#seed * 2, roughness), down: losses(this.#seed * 2 + 1, roughness) };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#front.close();
    for (const socket of this.#clients.values()) socket.close();
  }

  #up(packet: Buffer, client: UdpAddress): void {
    const { port, address } = this.#server;
    this.#carry('up', () => this.#socketOf(client).send(packet, port, address));
  }

  #carry(way: 'up' | 'down', send: () => void): void {
    if (this.#isLost[way]()) {
      this.lost += 1;
      return;
    }
    this.forwarded += 1;
    const { delayMs = 0 } = this.#roughness;
    const deliver = () => {
      if (!this.#closed) send();
    };
    if (delayMs > 0) setTimeout(deliver, delayMs);
    else deliver();
  }

  #socketOf(client: UdpAddress): Socket {
    const key = `${client.address} ${client.port}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const socket = createSocket(familyOf(this.#server.address));
    // A server that is gone says so; to those who wait for its answer that is silence.
    socket.on('error', () => {});
    socket.on('message', packet =>
      this.#carry('down', () => this.#front.send(packet, client.port, client.address)),
    );
    this.#clients.set(key, socket);
    return socket;
  }
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket(familyOf(address));
  socket.bind(0, address);
  await once(socket, 'listening');
  socket.on('error', () => {});
  return socket;
}

function familyOf(address: string): 'udp4' | 'udp6' {
  return address.includes(':') ? 'udp6' : 'udp4';
}
