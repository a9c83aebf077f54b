import { labelPattern, MediaPoolSpec } from '@parley/resources';
import { z } from 'zod';
import { canary } from './canary.ts';
import { loadTest } from './load-test.ts';
import { crds, entrance, media, monitoring, networkPolicy, rbac, secrets, test, tracing } from './options.ts';
import { deployment, dnsName, image, network, open, orEmpty, serviceAccount, url } from './pieces.ts';
import { redis } from './redis.ts';

const operator = z
  .strictObject({
    ...deployment({
      repository: 'parley/operator',
      replicas: 2,
      cpu: '100m',
      memory: '128Mi',
      memoryLimit: '512Mi',
    }),
    serviceAccount,
    scaleInDelaySeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(60)
      .describe('How long an SFU pod has to be empty and one too many before it goes.'),
    movesPerSecond: z
      .number()
      .min(0.1)
      .max(1000)
      .default(2)
      .describe(
        'How many rooms with people in them leave an SFU pod that goes, at most, in a second. Fewer: less work at once for the others. More, if the grace of the pod would end before all have.',
      ),
    sfuImage: image({ repository: 'parley/sfu-node' }).describe("The image of the pools' SFU pods."),
    turnImage: image({ repository: 'parley/turn-node' }).describe("The image of the pools' relays."),
  })
  .prefault({})
  .describe('Turns Rooms and MediaPools into pods. One of its replicas acts, the others stand by.');

const autoscaling = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Makes a HorizontalPodAutoscaler; `replicas` counts no more.'),
    minReplicas: z.int().min(1).max(1000).default(2).describe('Pods that run at least.'),
    maxReplicas: z.int().min(1).max(1000).default(10).describe('Pods that run at most.'),
    targetCPUUtilizationPercentage: z
      .int()
      .min(1)
      .max(100)
      .default(60)
      .describe('CPU in use that pods are added at, in per cent of what they request.'),
    behavior: open()
      .default({
        scaleDown: {
          stabilizationWindowSeconds: 600,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }],
        },
      })
      .describe('How fast it scales. Slowly down by default, since connections have to move.'),
  })
  .prefault({})
  .describe('Replicas by load.');

const preStopSeconds = z
  .int()
  .min(0)
  .max(300)
  .default(5)
  .describe(
    'How long a pod that goes still takes connections, until every proxy knows; part of its time to end in.',
  );

const perSecond = z.int().min(1).max(10_000);

const signaling = z
  .strictObject({
    ...deployment({
      repository: 'parley/signaling',
      replicas: 2,
      cpu: '200m',
      memory: '128Mi',
      memoryLimit: '512Mi',
    }),
    serviceAccount,
    autoscaling,
    graceSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(15)
      .describe('How long somebody who lost connection keeps their place.'),
    trustedProxies: z
      .array(z.string().regex(new RegExp(`^${network}$`)))
      .max(256)
      .default([])
      .describe(
        'Networks (CIDR) that load balancers and proxies in front of signaling speak from, besides private ones. Whom they name in X-Forwarded-For counts for limits per address.',
      ),
    allowedOrigins: z
      .array(z.string().regex(/^https?:\/\/[^\s,/]+$/))
      .max(256)
      .default([])
      .describe(
        'Origins of your own pages that use the client library or the React components, such as https://app.example.org. The page itself needs none, nor do pages that show it in a frame (`web.frameAncestors`).',
      ),
    oidc: z
      .strictObject({
        issuer: orEmpty('https://\\S+').describe('Issuer, as it stands in its tokens. Empty: none.'),
        audience: z.string().default('').describe('Audience that its tokens have to name.'),
        jwksUrl: orEmpty('https://\\S+').describe(
          'Where its keys are. Empty: its discovery document says so.',
        ),
      })
      .prefault({})
      .describe('An OpenID Connect issuer whose tokens let people in, besides those of the REST API.'),
    webhooks: z
      .strictObject({
        urls: z
          .array(z.string().regex(new RegExp(`^${url}$`)))
          .max(4)
          .default([])
          .describe('URLs that are told when people come and go. Empty: none.'),
        retrySeconds: z
          .int()
          .min(1)
          .max(86_400)
          .default(3600)
          .describe('How long after it happened a URL that does not answer is told again and again.'),
      })
      .prefault({})
      .describe('Messages to your application, signed with `secrets.webhookSecrets`.'),
    preStopSeconds,
    moveDeadlineSeconds: z
      .int()
      .min(1)
      .max(300)
      .default(20)
      .describe(
        'How long a room that moves to another SFU keeps its media on the former one at most, for those who are slow.',
      ),
    handoverSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe(
        'How long a pod that goes takes, after `preStopSeconds`, to hand its connections over to others, a few at a time. With 5 more for what follows, both are part of its time to end in.',
      ),
    joinsPerSecond: perSecond
      .default(100)
      .describe(
        'How many people a second each pod lets into rooms; twice as many may come at once. Others are told to wait a moment. A third of what pods sustained on one core each, shared with the rest of the cluster; see docs/architecture.md.',
      ),
    roomJoinsPerSecond: perSecond
      .default(50)
      .describe(
        'The same for one room, over all pods. Less than `joinsPerSecond`, so that one room leaves turns for others.',
      ),
    qualityReportSeconds: z
      .number()
      .min(0)
      .max(120)
      .default(10)
      .describe(
        'How often clients are asked how their calls go, in seconds; from 2 on, or 0: never. Figures of call quality, and what Rooms say of it, rest on that.',
      ),
    connectionsPerAddress: z
      .int()
      .min(1)
      .max(10_000)
      .default(500)
      .describe(
        'Connections of one client address to each pod. Addresses of private networks and of `trustedProxies`, which may stand for many, have 5000.',
      ),
    service: z
      .strictObject({
        annotations: z.record(z.string(), z.string()).default({}).describe('Annotations of the Service.'),
      })
      .prefault({})
      .describe('The Service.'),
  })
  .prefault({})
  .describe('Lets people in: Socket.IO and the REST API.');

const web = z
  .strictObject({
    ...deployment({
      repository: 'parley/web',
      replicas: 2,
      cpu: '20m',
      memory: '64Mi',
      memoryLimit: '256Mi',
    }),
    frameAncestors: z
      .string()
      .regex(/^[^;,\r\n]+$/)
      .default("'self'")
      .describe(
        "Who may show the page in a frame, and embed meetings by its script: sources of CSP's frame-ancestors, such as `'self' https://intranet.example.org`.",
      ),
    preStopSeconds,
    service: z
      .strictObject({
        annotations: z.record(z.string(), z.string()).default({}).describe('Annotations of the Service.'),
      })
      .prefault({})
      .describe('The Service.'),
  })
  .prefault({})
  .describe('Serves the page.');

/** The values of the chart. `npm run generate` makes values.yaml, its schema and its documentation from this. */
export const Values = z
  .strictObject({
    nameOverride: orEmpty(dnsName).describe('Replaces `parley` in the names of objects.'),
    fullnameOverride: orEmpty(dnsName).describe('The beginning of the names of all objects.'),
    commonLabels: z.record(z.string(), z.string()).default({}).describe('Labels of all objects.'),
    image: z
      .strictObject({
        registry: z.string().default('').describe("Host of the registry of Parley's images."),
        tag: z.string().default('').describe("Tag of Parley's images. Empty: the chart's appVersion."),
        pullPolicy: z
          .enum(['Always', 'IfNotPresent', 'Never'])
          .default('IfNotPresent')
          .describe('When nodes fetch images, those of pools too.'),
        pullSecrets: z
          .array(z.string().min(1))
          .default([])
          .describe(
            'Names of Secrets with credentials of the registry, for the pods of the chart and of `pools`.',
          ),
      })
      .prefault({})
      .describe('What all images have in common.'),
    runAsUser: z
      .int()
      .min(1)
      .default(1000)
      .describe('User and group of all processes, those of pools too. null: the cluster chooses.'),
    logLevel: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
      .default('info')
      .describe(
        'How much all processes log; for a single pool, LOG_LEVEL in its podTemplate. Another level is rolled out to all pools.',
      ),
    listenHost: z
      .enum(['0.0.0.0', '::', 'PodIP'])
      .default('0.0.0.0')
      .describe('Where processes listen. `::` in clusters without IPv4.'),
    roomsNamespace: z
      .string()
      .regex(new RegExp(labelPattern))
      .default('default')
      .describe('The namespace whose rooms people write by their name alone.'),
    newMeetings: z
      .enum(['open', 'closed'])
      .default('closed')
      .describe(
        'open: anybody who can open the page may make a meeting. closed: only callers with the API key.',
      ),
    entrance,
    operator,
    signaling,
    web,
    pools: z
      .record(z.string().regex(new RegExp(labelPattern)), MediaPoolSpec)
      .default({ default: {} as MediaPoolSpec })
      .describe(
        'MediaPools by name; each value is a spec of a MediaPool. Rooms take `default` if they name none.',
      ),
    media,
    canary,
    redis,
    secrets,
    crds,
    rbac,
    networkPolicy,
    monitoring,
    tracing,
    test,
    loadTest,
    global: open().default({}).describe('Not read; Helm gives it to charts that other charts contain.'),
  })
  .describe('Values of the chart parley.');
