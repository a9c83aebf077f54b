/** Values to render the chart with; each stands for a way in which people install it. */
export const matrix: Readonly<Record<string, object>> = {
  defaults: {},
  'everything on': {
    commonLabels: { team: 'video' },
    image: { registry: 'registry.example.org', tag: '1.2.3', pullSecrets: ['registry'] },
    newMeetings: 'open',
    entrance: {
      host: 'meet.example.org',
      ingress: { enabled: true, className: 'nginx', tlsSecretName: 'meet-tls', annotations: { a: 'b' } },
      gateway: {
        enabled: true,
        parentRefs: [{ name: 'public', namespace: 'gateways' }],
        socketTimeout: '0s',
      },
    },
    operator: {
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      priorityClassName: 'system-cluster-critical',
      podAnnotations: { note: 'yes' },
      podLabels: { tier: 'control' },
      extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=256' }],
      serviceAccount: { annotations: { 'example.org/role': 'parley' } },
      sfuImage: { digest: `sha256:${'a'.repeat(64)}` },
    },
    signaling: {
      autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 30 },
      trustedProxies: ['35.191.0.0/16', '2600:1901::/48'],
      service: { annotations: { c: 'd' } },
      oidc: { issuer: 'https://id.example.org', audience: 'parley', jwksUrl: 'https://id.example.org/keys' },
      webhooks: {
        urls: ['https://app.example.org/parley?key=1', 'http://audit.tools.svc/hook'],
        retrySeconds: 60,
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
      ],
    },
    pools: {
      default: { minimum: 2, maximum: 1000, freeRooms: 100_000, drainSeconds: 3600 },
      'eu-west': {
        exposure: { type: 'NodePort' },
        sfu: { podTemplate: { spec: { nodeSelector: { zone: 'eu-west' } } } },
        turn: { replicas: 2, tls: { secretName: 'turn-tls' }, domain: 'turn.example.org' },
      },
    },
    media: { priorityClass: { create: true }, podDisruptionBudget: { enabled: true, minAvailable: 2 } },
    redis: {
      bundled: {
        persistence: { enabled: true, storageClass: 'fast' },
        podDisruptionBudget: { enabled: true },
      },
    },
    secrets: {
      turnSecretAlsoAccepted: 'the-turn-secret-before',
      tokenSigningKeyAlsoAccepted: 'the-signing-key-before',
      apiKeys: [{ id: 'crm', sha256: 'a'.repeat(64), scopes: ['rooms:read', 'tokens'] }],
    },
    canary: {
      enabled: true,
      url: 'http://parley-signaling.parley-system.svc',
      existingSecret: 'canary-key',
      podLabels: { tier: 'canary' },
    },
    crds: { upgrade: 'Always' },
    rbac: { ownerReferences: true },
    loadTest: {
      enabled: true,
      scenario: 'soak',
      settings: { STAY: '60' },
      baseUrl: 'https://meet.example.org',
      remoteWriteUrl: 'http://prometheus.monitoring.svc:9090/api/v1/write',
      nodeSelector: { load: 'yes' },
      tolerations: [{ key: 'load', operator: 'Exists' }],
    },
    networkPolicy: { entrance: [{ namespaceSelector: {} }], nodes: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
    monitoring: {
      podMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, runbookUrl: 'https://example.org/runbooks/' },
      dashboards: { enabled: true },
    },
  },
  'external Redis with TLS and Sentinel': {
    redis: {
      url: 'rediss+sentinel://user:secret@s1:26379,s2:26379/main',
      caSecret: { name: 'redis-ca' },
      bundled: { enabled: false },
    },
  },
  'external Redis Cluster with its authority in a ConfigMap': {
    redis: {
      url: 'rediss+cluster://c1:6379,c2:6379',
      caConfigMap: { name: 'redis-ca', key: 'bundle.pem' },
      bundled: { enabled: false },
    },
  },
  'existing Secret': { secrets: { existingSecret: 'our-secret' }, redis: { bundled: { enabled: false } } },
  'existing Secret and bundled Redis': { secrets: { existingSecret: 'our-secret' } },
  'gateway alone': {
    entrance: { host: 'meet.example.org', gateway: { enabled: true, parentRefs: [{ name: 'public' }] } },
  },
  'nothing but the processes': {
    networkPolicy: { enabled: false },
    crds: { upgrade: 'Never' },
    rbac: { create: false, aggregate: false },
    test: { enabled: false },
    pools: { default: null },
    operator: { podDisruptionBudget: { enabled: false }, serviceAccount: { create: false, name: 'ours' } },
    signaling: { podDisruptionBudget: { enabled: false }, serviceAccount: { create: false } },
    web: { podDisruptionBudget: { enabled: false } },
  },
  'the cluster chooses users': { runAsUser: null, fullnameOverride: 'calls', listenHost: '::' },
};

/** The Kubernetes versions that the chart is made for. */
export const kubernetesVersions = ['1.28.0', '1.30.0', '1.32.0', '1.34.0', '1.35.0'] as const;
