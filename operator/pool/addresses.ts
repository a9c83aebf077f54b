/** Which addresses clients are told. */
import { isIP } from 'node:net';
import {
  type AddressType,
  addressTypes,
  type Endpoint,
  type Exposure,
  type IpFamily,
  ipFamilies,
} from '@parley/resources';
import {
  addressesAnnotation,
  addressSourceAnnotation,
  familiesAnnotation,
  type Node,
  type Pod,
  type PodRole,
} from '../kinds.ts';

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

/** The type that says in numbers what a name stands for. */
const inNumbers: Partial<Record<AddressType, AddressType>> = {
  ExternalDNS: 'ExternalIP',
  InternalDNS: 'InternalIP',
};

/**
 * The addresses of a node that clients are told, or undefined if it has none of the wished types and families. Each
 * family takes the first type that has an address of it; a DNS name stands for all families.
 *
 * An SFU has to tell its clients numbers, and many clouds' names mean a private address inside and a public one outside. It
 * gets the numbers that the node gives for the same kind of address, and the name only where there are none.
 */
export function nodeAddresses(
  role: PodRole,
  node: Node,
  { addressTypes: types, ipFamilies }: Pick<Exposure, 'addressTypes' | 'ipFamilies'>,
): Announced | undefined {
  const found = new Map<IpFamily, Announced>();
  const addressesOf = (type: AddressType) =>
    node.status.addresses.filter(one => one.type === type).map(one => one.address);
  const take = (type: AddressType) => {
    for (const family of ipFamilies) {
      const address = addressesOf(type).find(one => familyOf(one) === family);
      if (address && !found.has(family)) found.set(family, { addresses: [address], source: type });
    }
  };
  for (const type of types) {
    const numbers = inNumbers[type];
    if (numbers === undefined) {
      take(type);
      continue;
    }
    if (role === 'sfu' && types.includes(numbers)) take(numbers);
    const [name] = addressesOf(type);
    if (name && found.size === 0) return { addresses: [name], source: type };
  }
  const chosen = ipFamilies.map(family => found.get(family)).filter(one => one !== undefined);
  const [first] = chosen;
  return first && { addresses: chosen.flatMap(one => one.addresses), source: first.source };
}

/** What a pod tells clients, or undefined as long as that is not known. */
export function announcedBy({ metadata, status }: Pod): Announced | undefined {
  const source = sourceOf(metadata.annotations[addressSourceAnnotation]);
  if (source === 'Pod') {
    const ips = status.podIPs.length > 0 ? status.podIPs.map(({ ip }) => ip) : [status.podIP ?? ''];
    const families = metadata.annotations[familiesAnnotation]?.split(',') ?? [...ipFamilies];
    const addresses = families.flatMap(family => ips.filter(ip => familyOf(ip) === family).slice(0, 1));
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
