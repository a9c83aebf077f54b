import { z } from 'zod';
import { withRule } from './schema.ts';

export const exposureTypes = ['HostPort', 'HostNetwork', 'NodePort', 'PodNetwork', 'TurnOnly'] as const;
export const ipFamilies = ['IPv4', 'IPv6'] as const;
export const addressTypes = ['ExternalDNS', 'ExternalIP', 'InternalDNS', 'InternalIP'] as const;

const distinct = <T extends string>(values: readonly [T, ...T[]]) =>
  withRule(z.array(z.enum(values)).min(1).max(values.length), {
    cel: 'self.all(one, self.filter(other, other == one).size() == 1)',
    message: 'must not name anything twice',
    holds: list => new Set(list).size === list.length,
  });

/** A range of ports, both ends included. */
export const portRange = (from: number, to: number, least: number) =>
  withRule(
    z.object({
      from: z.int().min(least).max(65535).default(from).describe('The first port.'),
      to: z.int().min(least).max(65535).default(to).describe('The last port.'),
    }),
    {
      cel: `(has(self.from) ? self.from : ${from}) <= (has(self.to) ? self.to : ${to})`,
      message: 'from must not be greater than to',
      holds: ports => ports.from <= ports.to,
    },
  );

/** How clients reach the pods of a pool. */
export const Exposure = z.object({
  type: z
    .enum(exposureTypes)
    .default('HostPort')
    .describe(
      'How media reaches an SFU pod. HostPort: through ports of its node that lead to it. HostNetwork: it uses the network of its node. NodePort: through a NodePort Service of its own. PodNetwork: at the pod address, where clients can route to it. TurnOnly: only through the relays.',
    ),
  hostPorts: portRange(40_000, 40_999, 1024)
    .prefault({})
    .describe('Node ports for HostPort and HostNetwork, both ends included.'),
  nodePorts: portRange(30_000, 32_767, 1024)
    .prefault({})
    .describe('Ports for the Services of NodePort, inside the range of the API server.'),
  ipFamilies: distinct(ipFamilies)
    .default([...ipFamilies])
    .describe('Address families that are used where pods and nodes have them, the preferred one first.'),
  addresses: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[0-9A-Za-z]?[0-9A-Za-z:.-]*[0-9A-Za-z]$/),
    )
    .max(2)
    .default([])
    .describe(
      'What clients are told instead of the address of the node, at most one per family: IP addresses or DNS names, such as that of a NAT before the nodes.',
    ),
  addressTypes: distinct(addressTypes)
    .default([...addressTypes])
    .describe('Which addresses of a node may be told to clients, the preferred type first.'),
});
export type Exposure = z.infer<typeof Exposure>;
export type ExposureType = Exposure['type'];
export type IpFamily = (typeof ipFamilies)[number];
export type AddressType = (typeof addressTypes)[number];
