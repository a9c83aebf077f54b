import type { Ingress, Pod, Service } from '../kube/types.ts';

/** Where requests whose path begins with `prefix` go. */
export interface Route {
  prefix: string;
  service: string;
  /** `host:port` of the ready pods behind it. */
  targets: string[];
}

/** The routes of an Ingress, the longest prefix first. */
export function routesOf(
  ingress: Ingress | undefined,
  services: readonly Service[],
  pods: readonly Pod[],
): Route[] {
  const paths = (ingress?.spec?.rules ?? []).flatMap(rule => rule.http?.paths ?? []);
  return paths
    .flatMap(({ path = '/', backend }) => {
      const service = services.find(({ metadata }) => metadata?.name === backend.service?.name);
      const port = service?.spec?.ports?.find(
        ({ name, port }) => name === backend.service?.port?.name || port === backend.service?.port?.number,
      );
      if (!service || !port) return [];
      const targets = pods
        .filter(pod => isSelected(pod, service) && isServing(pod))
        .flatMap(pod => targetOf(pod, port.targetPort ?? port.port));
      return [{ prefix: path, service: service.metadata?.name ?? '', targets }];
    })
    .sort((a, b) => b.prefix.length - a.prefix.length);
}

/** The route for a request's path: a prefix holds for whole path elements. */
export function routeFor(routes: readonly Route[], url: string): Route | undefined {
  const path = url.split('?', 1)[0] ?? '/';
  return routes.find(({ prefix }) => {
    const base = prefix.replace(/\/$/, '');
    return path === base || path.startsWith(`${base}/`);
  });
}

function isSelected(pod: Pod, service: Service): boolean {
  const selector = Object.entries(service.spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata?.labels?.[key] === value);
}

function isServing({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some(
    condition => condition.type === 'Ready' && condition.status === 'True',
  );
  return ready === true && !metadata?.deletionTimestamp;
}

function targetOf(pod: Pod, port: number | string): string[] {
  const ports = (pod.spec?.containers ?? []).flatMap(container => container.ports ?? []);
  const number = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
  return pod.status?.podIP && number ? [`${pod.status.podIP}:${number}`] : [];
}
