import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import { originAllowed } from '../access/origin.ts';

/** Why a connection is not taken. */
export type Closed = 'origin' | 'stopping' | 'deaf' | 'full' | 'address';

/** Connections that a replica holds at most. */
const maxConnections = 10_000;

/** Many may stand behind an address that a proxy has, but not all whom a replica has space for. */
const maxBehindProxy = maxConnections / 2;

/** Decides who may connect, and counts who is connected from where. */
export class Gate {
  /** Set while the replica takes nobody, whoever it is. */
  shut: 'stopping' | 'deaf' | undefined;
  readonly #webUrl: string;
  readonly #origins: readonly string[];
  readonly #trusted: ReturnType<typeof proxyAddr.compile>;
  readonly #perAddress: number;
  readonly #connected = new Map<string, number>();
  readonly #addresses = new WeakMap<IncomingMessage, string>();
  #count = 0;

  /** `proxies` are those whose `X-Forwarded-For` counts; `origins` those of pages besides `webUrl`. */
  constructor(of: { webUrl: string; origins?: readonly string[]; proxies: string[]; perAddress: number }) {
    this.#webUrl = of.webUrl;
    this.#origins = of.origins ?? [];
    this.#trusted = proxyAddr.compile(of.proxies);
    this.#perAddress = of.perAddress;
  }

  /** Why this request for a connection is turned away; undefined if it is not. */
  refuses(request: IncomingMessage): Closed | undefined {
    if (!originAllowed(request.headers.origin, this.#webUrl, this.#origins)) return 'origin';
    if (this.shut) return this.shut;
    if (this.#count >= maxConnections) return 'full';
    const address = proxyAddr(request, this.#trusted);
    const most = this.#trusted(address, 0) ? maxBehindProxy : this.#perAddress;
    return (this.#connected.get(household(address)) ?? 0) >= most ? 'address' : undefined;
  }

  /** Where a request comes from; undefined if that is a proxy that many may stand behind. */
  addressOf(request: IncomingMessage): string | undefined {
    const address = proxyAddr(request, this.#trusted);
    return this.#trusted(address, 0) ? undefined : household(address);
  }

  /** A connection was made by this request. */
  opened(request: IncomingMessage): void {
    const address = household(proxyAddr(request, this.#trusted));
    this.#addresses.set(request, address);
    this.#connected.set(address, (this.#connected.get(address) ?? 0) + 1);
    this.#count++;
  }

  /** The connection of this request has ended. */
  ended(request: IncomingMessage): void {
    const address = this.#addresses.get(request);
    if (address === undefined) return;
    this.#addresses.delete(request);
    this.#count--;
    const left = (this.#connected.get(address) ?? 0) - 1;
    if (left > 0) this.#connected.set(address, left);
    else this.#connected.delete(address);
  }
}

/** Who has one IPv6 address usually has all that share its first 64 bits. */
export function household(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array(Math.max(0, zeros)).fill('0'), ...after];
  return all
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':');
}
