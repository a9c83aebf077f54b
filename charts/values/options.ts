import { z } from 'zod';
import { dnsName, open, orEmpty, url } from './pieces.ts';

const texts = () => z.record(z.string(), z.string());
const labels = (of: string) => texts().default({}).describe(`More labels of ${of}.`);

export const entrance = z
  .strictObject({
    host: orEmpty(dnsName).describe('Host name that people open, such as meet.example.org.'),
    url: orEmpty(url).describe('URL that join links begin with. Empty: https:// and the host.'),
    ingress: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Makes an Ingress.'),
        className: z.string().default('').describe("IngressClass. Empty: the cluster's default."),
        annotations: texts()
          .default({})
          .describe('Annotations, such as the timeouts of idle connections (60 s suffice).'),
        tlsSecretName: orEmpty(dnsName).describe(
          'Secret with the certificate of the host. Empty: no TLS here.',
        ),
      })
      .prefault({})
      .describe('The entrance as an Ingress.'),
    gateway: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Makes an HTTPRoute of the Gateway API.'),
        parentRefs: z.array(open()).default([]).describe('Gateways that carry the route.'),
        annotations: texts().default({}).describe('Annotations of the route.'),
        socketTimeout: orEmpty('0s|([0-9]{1,5}(h|m|s|ms)){1,4}').describe(
          'How long a WebSocket may last, where the Gateway limits it and knows timeouts. 0s: for ever. Empty: as the Gateway has it.',
        ),
      })
      .prefault({})
      .describe('The entrance by the Gateway API.'),
  })
  .prefault({})
  .describe('How people come in: /socket.io and /v1 lead to signaling, all else to web.');

const secret = () => orEmpty('\\S{16,}');

export const secrets = z
  .strictObject({
    existingSecret: orEmpty(dnsName).describe(
      'A Secret with the keys redis-url, control-token, turn-secret, token-signing-key, api-key or api-keys, if need be turn-secret-also-accepted, token-signing-key-also-accepted, webhook-secrets and, for the bundled Redis, redis.conf (`requirepass …`). Empty: the chart makes one.',
    ),
    controlToken: secret().describe("Bearer token of the SFUs' control API. Empty: made once and kept."),
    turnSecret: secret().describe('Secret that TURN credentials are made with. Empty: made once and kept.'),
    turnSecretAlsoAccepted: secret().describe(
      'The TURN secret before, which relays still accept while it is changed.',
    ),
    tokenSigningKey: secret().describe('Key that room tokens are signed with. Empty: made once and kept.'),
    tokenSigningKeyAlsoAccepted: secret().describe(
      'The signing key before, whose tokens still count while it is changed.',
    ),
    apiKey: secret().describe('Key of the REST API that may do everything. Empty: made once and kept.'),
    apiKeys: z
      .array(
        z.strictObject({
          id: z
            .string()
            .regex(/^[a-z0-9-]{1,40}$/)
            .describe('Names the key in logs.'),
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .describe('SHA-256 of the key.'),
          scopes: z
            .array(z.enum(['rooms:read', 'rooms:write', 'participants:write', 'tokens']))
            .min(1)
            .describe('What it may do.'),
        }),
      )
      .max(1000)
      .default([])
      .describe(
        'More keys of the REST API, each with what it may do. `npm run api-key` makes one and its hash, which is no secret. Changes need no restart.',
      ),
    webhookSecrets: orEmpty('whsec_[A-Za-z0-9+/]{32,86}={0,2}( whsec_[A-Za-z0-9+/]{32,86}={0,2})?').describe(
      'Secret that webhooks are signed with: `whsec_` and 24 to 64 bytes in base64. A second one after a space while one follows the other. Empty: made once and kept, if there are webhooks.',
    ),
  })
  .prefault({})
  .describe('What the Secret of the installation holds, each at least 16 characters.');

export const crds = z
  .strictObject({
    upgrade: z
      .enum(['Changed', 'Always', 'Never'])
      .default('Changed')
      .describe(
        'When a Job brings the definitions of Room and MediaPool up to date before anything else: if those of the cluster differ, always, or never. A first installation makes them without it (`--skip-crds`: not at all). They stay when the chart is uninstalled, and with them all Rooms.',
      ),
  })
  .prefault({})
  .describe('The custom resource definitions.');

export const rbac = z
  .strictObject({
    create: z.boolean().default(true).describe('Makes the roles of operator and signaling and binds them.'),
    aggregate: z
      .boolean()
      .default(true)
      .describe("Adds Rooms and MediaPools to the cluster's roles view, edit and admin."),
    ownerReferences: z
      .boolean()
      .default(false)
      .describe('For API servers with the admission plugin OwnerReferencesPermissionEnforcement.'),
  })
  .prefault({})
  .describe('Who may do what.');

export const media = z
  .strictObject({
    priorityClass: z
      .strictObject({
        create: z
          .boolean()
          .default(false)
          .describe('Makes a PriorityClass and gives it to the pods of `pools`.'),
        value: z.int().min(-1_000_000_000).max(1_000_000_000).default(100_000).describe('Its priority.'),
      })
      .prefault({})
      .describe('Keeps other workloads from driving calls out.'),
    podDisruptionBudget: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Makes a PodDisruptionBudget for each of `pools`.'),
        minAvailable: z
          .int()
          .min(1)
          .max(1000)
          .default(1)
          .describe(
            'SFU pods of a pool that evictions leave ready; no more than its `minimum`. Not maxUnavailable: Kubernetes looks for the pool in the namespace of the pods, where it is not, and then lets no pod go.',
          ),
      })
      .prefault({})
      .describe('What evictions leave of a pool until its new pods are ready.'),
  })
  .prefault({})
  .describe('What the SFU pods of all `pools` have in common.');

export const tracing = z
  .strictObject({
    endpoint: orEmpty('https?://[^\\s]+').describe(
      'Where a collector takes OTLP over HTTP, such as `http://tempo.monitoring:4318`. Empty: nothing is traced.',
    ),
    ratio: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('The share of joins, and of other requests, whose traces are recorded: 0 to 1.'),
  })
  .prefault({})
  .describe(
    'Traces of operator, signaling and SFUs. A change is rolled out to all pools. More by `extraEnv` and `podTemplate`: the variables of OpenTelemetry, such as OTEL_EXPORTER_OTLP_HEADERS.',
  );

const ports = (from: number, to: number) =>
  z
    .strictObject({
      from: z.int().min(1).max(65_535).default(from).describe('The first port.'),
      to: z.int().min(1).max(65_535).default(to).describe('The last port.'),
    })
    .prefault({});

export const networkPolicy = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Makes the NetworkPolicies.'),
    entrance: z
      .array(open())
      .default([])
      .describe('Peers that reach signaling and web: your Ingress controller or Gateway. Empty: all.'),
    monitoring: z
      .array(open())
      .default([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }])
      .describe('Peers that read /metrics. Empty: none.'),
    nodes: z
      .array(open())
      .default([])
      .describe(
        'Peers that the nodes are, such as an ipBlock: from there come SFU pods and relays with HostNetwork.',
      ),
    mediaPorts: ports(30_000, 65_535).describe(
      'TCP ports at which SFU pods take media from anywhere; of UDP all do.',
    ),
  })
  .prefault({})
  .describe('Nothing comes in but what is named here.');

const objective = (share: number, of: string) =>
  z.number().gt(0).lt(1).default(share).describe(`Share that has to be good over 30 days: ${of}.`);

export const monitoring = z
  .strictObject({
    podMonitor: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Makes a PodMonitor for all pods of Parley.'),
        labels: labels('the PodMonitor'),
        interval: z.string().default('15s').describe('How often pods are scraped.'),
      })
      .prefault({})
      .describe("Scraping by Prometheus' operator."),
    prometheusRule: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe('Makes a PrometheusRule with recording rules and alerts.'),
        labels: labels('the PrometheusRule'),
        runbookUrl: z
          .string()
          .default('')
          .describe(
            'URL of the folder with the runbooks (docs/runbooks), for links in alerts. Empty: no links.',
          ),
        objectives: z
          .strictObject({
            joinSuccess: objective(0.995, 'joins that are not refused by a fault of Parley'),
            joinTime: objective(0.95, 'joins whose media is connected within 2 s'),
            audio: objective(0.97, 'reports of sound with a score above 3.5'),
            freezes: objective(0.99, 'time of received pictures in which they move'),
          })
          .prefault({})
          .describe('What each pool promises, see docs/slo.md: alerts tell when it is being broken.'),
      })
      .prefault({})
      .describe("Alerts by Prometheus' operator."),
    dashboards: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe("Makes a ConfigMap of every dashboard in the chart's folder `dashboards`."),
        labels: texts()
          .default({ grafana_dashboard: '1' })
          .describe("Labels that Grafana's sidecar looks for."),
        annotations: texts().default({}).describe('Annotations, such as the folder.'),
      })
      .prefault({})
      .describe('Dashboards for Grafana.'),
  })
  .prefault({})
  .describe('Figures, alerts and dashboards.');

export const test = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Makes the pod of `helm test`.'),
  })
  .prefault({})
  .describe('`helm test` looks at signaling, web and the REST API from inside the cluster.');
