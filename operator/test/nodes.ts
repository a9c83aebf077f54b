import type { KubeClient } from '@parley/local';
import type { Pod } from '../kinds.ts';

const merge = 'application/merge-patch+json';

interface State {
  answers: boolean;
  cordoned: boolean;
}

/** The test's own machines and the scheduler. As long as there are none, pods run without a node. */
export class Nodes {
  readonly #client: KubeClient;
  readonly #states = new Map<string, State>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async add(name: string): Promise<void> {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    await this.#client.call({ method: 'POST', path: '/api/v1/nodes', body: node });
    await this.set(name, { answers: true, cordoned: false });
  }

  /** Changes what `kubectl get nodes` shows of it. */
  async set(name: string, change: Partial<State>): Promise<void> {
    const state = { answers: true, cordoned: false, ...this.#states.get(name), ...change };
    const conditions = [{ type: 'Ready', status: state.answers ? 'True' : 'Unknown' }];
    const addresses = [{ type: 'InternalIP', address: '127.0.0.2' }];
    await this.#patch(name, { spec: { unschedulable: state.cordoned } });
    await this.#patch(`${name}/status`, { status: { conditions, addresses } });
    this.#states.set(name, state);
  }

  async remove(name: string): Promise<void> {
    this.#states.set(name, { answers: false, cordoned: true });
    await this.#client.call({ method: 'DELETE', path: `/api/v1/nodes/${name}` });
  }

  /** Whether anybody does what the pod's status asks for. */
  lets({ spec }: Pod): boolean {
    return spec.nodeName === undefined || this.#states.get(spec.nodeName)?.answers === true;
  }

  /** Whether the pod has a node, or there is none at all; gives it the one with the fewest pods. */
  async has(pod: Pod, pods: readonly Pod[]): Promise<boolean> {
    if (pod.spec.nodeName !== undefined || this.#states.size === 0) return true;
    const podsOn = (name: string) => pods.filter(({ spec }) => spec.nodeName === name).length;
    const free = [...this.#states].filter(([, { answers, cordoned }]) => answers && !cordoned);
    const [name] = free.map(([one]) => one).sort((a, b) => podsOn(a) - podsOn(b));
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
    if (name === undefined) {
      const message = `0/${this.#states.size} nodes are available.`;
      const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
      const body = { status: { conditions } };
      await this.#client.call({ method: 'PATCH', path: `${path}/status`, body, contentType: merge });
      return false;
    }
    const target = { apiVersion: 'v1', kind: 'Node', name };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target };
    await this.#client.call({ method: 'POST', path: `${path}/binding`, body: binding });
    pod.spec.nodeName = name;
    return true;
  }

  async #patch(name: string, body: object): Promise<void> {
    await this.#client.call({ method: 'PATCH', path: `/api/v1/nodes/${name}`, body, contentType: merge });
  }
}
