import { z } from 'zod';
import { additions, disruptionBudget, dnsName, image, orEmpty, resources, scheduling } from './pieces.ts';

const { topologySpreadConstraints: _, ...placement } = scheduling;

const persistence = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Keeps the data over restarts. Without it people join anew when Redis restarts.'),
    size: z.string().default('1Gi').describe('Size of the volume.'),
    storageClass: z.string().default('').describe("StorageClass. Empty: the cluster's default."),
    accessModes: z.array(z.string()).default(['ReadWriteOnce']).describe('Access modes of the volume.'),
  })
  .prefault({})
  .describe('A volume for the data.');

const bundled = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Runs one Redis. For production take one that fails over.'),
    password: orEmpty('[A-Za-z0-9_-]{16,}').describe('Its password. Empty: made once and kept.'),
    image: image({ registry: 'docker.io', repository: 'redis', tag: '7.4.2-alpine' }).describe('The image.'),
    maxMemory: z
      .string()
      .regex(/^\d+(mb|gb)$/)
      .default('384mb')
      .describe('Memory that the data may take.'),
    resources: resources({ cpu: '100m', memory: '128Mi' }, { memory: '512Mi' }),
    persistence,
    podDisruptionBudget: disruptionBudget(false),
    terminationGracePeriodSeconds: z.int().min(1).max(3600).default(10).describe('Time to end in.'),
    ...placement,
    ...additions,
  })
  .prefault({})
  .describe('A Redis of the chart.');

const reference = z
  .strictObject({
    name: orEmpty(dnsName).describe('Its name. Empty: none.'),
    key: z.string().min(1).default('ca.crt').describe('The key that holds the certificate.'),
  })
  .prefault({});

/** Where Parley keeps who is in a room. */
export const redis = z
  .strictObject({
    url: orEmpty('(redis|rediss)(\\+(sentinel|cluster))?://\\S+').describe(
      'Address of a Redis: redis://, rediss://, redis+sentinel://user:pass@h1:26379,h2:26379/<master>, redis+cluster://h1:6379,h2:6379, and rediss+… for TLS. Empty: the bundled one, or the key redis-url of the existing Secret.',
    ),
    caSecret: reference.describe("A Secret with the certificate of Redis' authority."),
    caConfigMap: reference.describe("A ConfigMap with the certificate of Redis' authority."),
    bundled,
  })
  .prefault({})
  .describe('Where Parley keeps who is in a room.');
