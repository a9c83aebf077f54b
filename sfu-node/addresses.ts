/** Where media is received, and what clients are told of it. */
import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type IpFamily = 'IPv4' | 'IPv6';

/** An address of this pod that media is received at. */
export interface MediaAddress {
  ip: string;
  /** The IP address that clients are told instead. */
  announced: string;
}

export interface AddressSettings {
  /** The pod's own addresses. */
  ips: readonly string[];
  /** Those that are used, the preferred one first. */
  families: readonly IpFamily[];
  /** IP addresses and DNS names that clients are told; undefined: the pod's own. */
  announced: readonly string[] | undefined;
}

/** There is no address that clients could send media to. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: 'not_announced' | 'not_resolved' | 'no_common_family';

  constructor(code: AddressError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

type Resolve = (name: string) => Promise<LookupAddress[]>;

export interface Patience {
  attempts: number;
  pauseMs: number;
}

const usualPatience: Patience = { attempts: 5, pauseMs: 1_000 };

/**
 * One pair of addresses for each wanted family that both the pod and the announced addresses have. Names are resolved
 * here, since candidates hold addresses and browsers differ in what they make of a name.
 *
 * @throws AddressError
 */
export async function mediaAddresses(
  { ips, families, announced }: AddressSettings,
  resolve: Resolve = name => dns.lookup(name, { all: true }),
  patience: Patience = usualPatience,
): Promise<MediaAddress[]> {
  if (announced?.length === 0) {
    throw new AddressError(
      'not_announced',
      'ANNOUNCED_ADDRESSES is empty: the operator has not said yet what address clients are to be told. It does once the pod has a node; this process is started again until then.',
    );
  }
  const found: string[] = [];
  for (const address of announced ?? ips) {
    if (isIP(address) !== 0) found.push(address);
    else found.push(...(await resolveName(address, resolve, patience)));
  }
  const pairs = families.flatMap(family => {
    const ip = ips.find(one => familyOf(one) === family);
    const told = found.find(one => familyOf(one) === family);
    return ip !== undefined && told !== undefined ? [{ ip, announced: told }] : [];
  });
  if (pairs.length > 0) return pairs;
  throw new AddressError(
    'no_common_family',
    `The pod's addresses (${ips.join(', ')}) and those for clients (${found.join(', ')}) have no family of ${families.join(', ')} in common.`,
  );
}

async function resolveName(name: string, resolve: Resolve, patience: Patience): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await resolve(name)).map(({ address }) => address);
    } catch (error) {
      if (attempt >= patience.attempts) {
        throw new AddressError(
          'not_resolved',
          `The name ${name} of ANNOUNCED_ADDRESSES has no address.`,
          error,
        );
      }
      await sleep(patience.pauseMs);
    }
  }
}

function familyOf(address: string): IpFamily | undefined {
  const family = isIP(address);
  return family === 4 ? 'IPv4' : family === 6 ? 'IPv6' : undefined;
}
