/** Which addresses clients are told. */
import { isIP } from 'node:net';
import { addressTypes, type Endpoint, type Exposure, type IpFamily } from '@parley/resources';
import { addressesAnnotation, addressSourceAnnotation, type Node, type Pod } from '../kinds.ts';

export type AddressSource = NonNullable<Endpoint['source']>;

/** Addresses that clients are told, at most one per family or one DNS name, and where they are from. */
export interface Announced {
  addresses: string[];
  source: AddressSource;
}

/** Undefined for what is no IP address. */
export function familyOf(address: string): IpFamily | undefined {
  const family = isIP(address);
  return family === 4 ? 'IPv4' : family === 6 ? 'IPv6' : undefined;
}

/**
 * The addresses of a node that clients are told, or undefined if it has none of the wished types and families. Each
 * family takes the first type that has an address of it; a DNS name stands for all families.
 */
export function nodeAddresses(
  node: Node,
  { addressTypes: types, ipFamilies }: Pick<Exposure, 'addressTypes' | 'ipFamilies'>,
): Announced | undefined {
  const found = new Map<IpFamily, Announced>();
  for (const type of types) {
    const ofType = node.status.addresses.filter(one => one.type === type).map(one => one.address);
    if (type.endsWith('DNS')) {
      const [name] = ofType;
      if (name && found.size === 0) return { addresses: [name], source: type };
      continue;
    }
    for (const family of ipFamilies) {
      const address = ofType.find(one => familyOf(one) === family);
      if (address && !found.has(family)) found.set(family, { addresses: [address], source: type });
    }
  }
  const chosen = ipFamilies.map(family => found.get(family)).filter(one => one !== undefined);
  const [first] = chosen;
  return first && { addresses: chosen.flatMap(one => one.addresses), source: first.source };
}

/** What a pod tells clients, or undefined as long as that is not known. */
export function announcedBy({ metadata, status }: Pod): Announced | undefined {
  const source = sourceOf(metadata.annotations[addressSourceAnnotation]);
  if (source === 'Pod') {
    const ips = status.podIPs.map(({ ip }) => ip);
    const addresses = ips.length > 0 ? ips : status.podIP ? [status.podIP] : [];
    return addresses.length > 0 ? { addresses, source } : undefined;
  }
  const addresses = (metadata.annotations[addressesAnnotation] ?? '').split(',').filter(Boolean);
  return source && addresses.length > 0 ? { addresses, source } : undefined;
}

/** Whether the pod waits for the operator to say what its node's addresses are. */
export function lacksAddresses({ metadata }: Pod): boolean {
  return metadata.annotations[addressSourceAnnotation] === undefined;
}

/** Whether the pod tells clients an address that its node no longer has. */
export function isMisannounced(pod: Pod, node: Node | undefined): boolean {
  const announced = announcedBy(pod);
  if (!announced || announced.source === 'Given' || announced.source === 'Pod') return false;
  // A node without any address is one that its cloud has not described (again) yet.
  const known = node?.status.addresses.map(({ address }) => address) ?? [];
  return known.length > 0 && announced.addresses.some(address => !known.includes(address));
}

function sourceOf(text: string | undefined): AddressSource | undefined {
  return [...addressTypes, 'Given' as const, 'Pod' as const].find(source => source === text);
}
