import { z } from 'zod';

/** An object of Kubernetes that the API server checks, such as an affinity. */
export const open = () => z.record(z.string(), z.unknown());
const texts = () => z.record(z.string(), z.string());

/** What stands where the default comes from somewhere else. */
export const orEmpty = (pattern: string) =>
  z
    .string()
    .regex(new RegExp(`^(${pattern})?$`))
    .default('');

/** A DNS name, as objects and hosts have. */
export const dnsName = '[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?';
export const url = 'https?://[^\\s/]+(/\\S*)?';

/** A network; that of everybody is none. */
export const network = '[0-9a-fA-F.:]+/[1-9][0-9]{0,2}';

/** Where an image comes from; the registry and the tag are by default those of `image`. */
export const image = (of: { registry?: string; repository: string; tag?: string }) =>
  z
    .strictObject({
      registry: z
        .string()
        .default(of.registry ?? '')
        .describe('Host of the registry. Empty: the one of `image.registry`.'),
      repository: z.string().min(1).default(of.repository).describe('Repository.'),
      tag: z
        .string()
        .default(of.tag ?? '')
        .describe('Tag. Empty: the one of `image.tag`.'),
      digest: orEmpty('sha256:[0-9a-f]{64}').describe('Digest; it is taken instead of the tag.'),
    })
    .prefault({});

export const resources = (requests: object, limits: object) =>
  z
    .strictObject({
      requests: texts()
        .default({ ...requests })
        .describe('What the scheduler sets aside.'),
      limits: texts()
        .default({ ...limits })
        .describe('What a container gets at most.'),
    })
    .prefault({})
    .describe('CPU and memory.');

/** Where pods may run, for every component alike. */
export const scheduling = {
  nodeSelector: texts().default({}).describe('Labels that a node has to have.'),
  tolerations: z.array(open()).default([]).describe('Taints that the pods bear.'),
  affinity: open().default({}).describe('Node and pod affinity.'),
  topologySpreadConstraints: z
    .array(open())
    .default([])
    .describe('How pods spread. Empty: over zones and nodes where that is possible.'),
  priorityClassName: z.string().default('').describe('PriorityClass of the pods.'),
};

export const additions = {
  podAnnotations: texts().default({}).describe('More annotations of the pods.'),
  podLabels: texts().default({}).describe('More labels of the pods.'),
  extraEnv: z.array(open()).default([]).describe('More environment variables, as in a container.'),
};

const intOrPercent = z.union([z.int().min(0), z.string().regex(/^\d{1,3}%$/)]);

export const disruptionBudget = (enabled: boolean) =>
  z
    .strictObject({
      enabled: z.boolean().default(enabled).describe('Makes a PodDisruptionBudget.'),
      maxUnavailable: intOrPercent.default(1).describe('Pods that may be away at the same time.'),
    })
    .prefault({})
    .describe('How many pods evictions may take at once.');

export const rollingUpdate = z
  .strictObject({
    maxSurge: intOrPercent.default(1).describe('Pods that may be there beyond the replicas.'),
    maxUnavailable: intOrPercent.default(0).describe('Pods that may be missing.'),
  })
  .prefault({})
  .describe('How a new version takes over.');

export const serviceAccount = z
  .strictObject({
    create: z.boolean().default(true).describe('Makes the ServiceAccount.'),
    name: orEmpty(dnsName).describe('Its name. Empty: made from the names of release and component.'),
    annotations: texts().default({}).describe('Its annotations.'),
  })
  .prefault({})
  .describe('Who the pods are for the API server.');

/** What every Deployment of the chart has. */
export const deployment = (of: {
  repository: string;
  replicas: number;
  cpu: string;
  memory: string;
  memoryLimit: string;
}) => ({
  replicas: z.int().min(0).max(1000).default(of.replicas).describe('Pods that run.'),
  image: image({ repository: of.repository }).describe('The image.'),
  resources: resources({ cpu: of.cpu, memory: of.memory }, { memory: of.memoryLimit }),
  rollingUpdate,
  podDisruptionBudget: disruptionBudget(true),
  terminationGracePeriodSeconds: z.int().min(1).max(3600).default(30).describe('Time to end in.'),
  ...scheduling,
  ...additions,
});
