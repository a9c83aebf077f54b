import { z } from 'zod';
import { image, open, orEmpty, resources, scheduling, url } from './pieces.ts';

const whole = (most: number) => z.int().min(1).max(most);

export const loadTest = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Makes a Job that puts load on this installation with k6. It makes rooms, fills them and deletes them. Any change of these values is a new Job.',
      ),
    image: image({ registry: 'docker.io', repository: 'grafana/k6', tag: '2.2.0' }).describe(
      'The image of k6.',
    ),
    scenario: z
      .enum(['join-storm', 'meeting-churn', 'chat-fan-out', 'reconnect-storm', 'rest-api', 'soak'])
      .default('meeting-churn')
      .describe('What happens; loadtests/README.md tells.'),
    people: whole(5000).default(50).describe('How many people take part, each a virtual user of k6.'),
    rooms: whole(5000).default(10).describe('How many rooms they are spread over.'),
    duration: z
      .string()
      .regex(/^([0-9]{1,6}(s|m|h)){1,3}$/)
      .default('5m')
      .describe('How long it lasts, such as 90s, 5m or 1h30m.'),
    seed: whole(1_000_000).default(1).describe('The same seed makes people do the same.'),
    settings: z
      .record(z.string().regex(/^[A-Z]{1,20}$/), z.string())
      .default({})
      .describe('Settings of the scenario alone, such as OVER: "10" of join-storm.'),
    baseUrl: orEmpty(url).describe(
      'Where load is put on. Empty: on the Service of signaling, past the entrance. With the URL of the entrance, that is measured as well.',
    ),
    remoteWriteUrl: orEmpty(url).describe(
      'URL of a Prometheus remote write receiver that gets what k6 measures, such as http://prometheus.monitoring.svc:9090/api/v1/write. Empty: none.',
    ),
    resources: resources({ cpu: '500m', memory: '512Mi' }, { memory: '2Gi' }),
    nodeSelector: scheduling.nodeSelector,
    tolerations: scheduling.tolerations,
    affinity: open()
      .default({})
      .describe('Node and pod affinity. Best on nodes that carry nothing of Parley.'),
  })
  .prefault({})
  .describe(
    'A load test from inside the cluster. It needs `api-key` in the Secret. Its result stands in the log of its pod; the Job fails if a limit was broken.',
  );
