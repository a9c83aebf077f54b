import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * `first-last` of a network in CIDR notation, as coturn writes ranges. A range that begins with `::` begins with `::1`
 * instead: coturn holds the first for any address at all, and every IPv4 address for less than any of IPv6.
 */
export function rangeOf(cidr: string): string {
  const [address = '', length = ''] = cidr.split('/');
  const bits = isIPv4(address) ? 32 : 128;
  const value = isIPv4(address) ? v4Value(address) : v6Value(address);
  const hostBits = BigInt(bits - Number(length));
  const network = (value >> hostBits) << hostBits;
  const last = network | ((1n << hostBits) - 1n);
  const first = bits === 128 && network === 0n ? 1n : network;
  const text = bits === 32 ? v4Text : v6Text;
  return `${text(first)}-${text(last)}`;
}

/** Whether a range of `rangeOf` or an address begins on the loopback interface. */
export function isLoopback(address: string): boolean {
  return isIPv4(address) ? address.startsWith('127.') : isIPv6(address) && v6Value(address) === 1n;
}

const never = new BlockList();
never.addSubnet('0.0.0.0', 8);
never.addSubnet('169.254.0.0', 16);
never.addSubnet('224.0.0.0', 4);
never.addSubnet('240.0.0.0', 4);
never.addAddress('::', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
// Where a large cloud serves its machines' credentials.
never.addAddress('fd00:ec2::254', 'ipv6');

/**
 * Whether an address can be an SFU's at all, whatever is said of it: not unspecified, link-local (where clouds serve
 * their machines' credentials), multicast or an IPv4 address in the clothes of IPv6.
 */
export function canBeSfu(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (isIPv4(address)) return !never.check(address);
  return !never.check(address, 'ipv6') && v6Value(address) >> 32n !== 0xffffn;
}

function v4Value(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function v4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 0xffn).join('.');
}

/** An IPv6 address as a number. */
export function v6Value(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array<bigint>(8 - before.length - after.length).fill(0n);
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** The last 32 bits may be written like an IPv4 address. */
function groups(text: string): bigint[] {
  return text
    .split(':')
    .filter(Boolean)
    .flatMap(part => {
      if (!part.includes('.')) return [BigInt(`0x${part}`)];
      const value = v4Value(part);
      return [value >> 16n, value & 0xffffn];
    });
}

function v6Text(value: bigint): string {
  return Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(':');
}
