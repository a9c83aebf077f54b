import type { Pod } from './kube/types.ts';
import type { LocalJson } from './local-json.ts';

/** Where Prometheus finds the figures of the pods that ask to be scraped. */
export function prometheusTargets(pods: readonly Pod[]): LocalJson['prometheusTargets'] {
  return pods.flatMap(({ metadata = {}, status }) => {
    const { name = '', namespace = '', annotations = {}, labels = {} } = metadata;
    const port = annotations['prometheus.io/port'];
    if (annotations['prometheus.io/scrape'] !== 'true' || !port || !status?.podIP) return [];
    const component = labels['app.kubernetes.io/component'] ?? '';
    const pool = labels['parley.dev/pool'];
    return [
      {
        targets: [`${status.podIP}:${port}`],
        labels: { namespace, pod: name, component, ...(pool ? { pool } : {}) },
      },
    ];
  });
}
