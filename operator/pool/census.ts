import { isReady, isTerminating, type Node, nodes, type Pod, podRole, templateAnnotation } from '../kinds.ts';
import type { Ledger } from '../ledger.ts';
import type { Registrations } from '../redis/registrations.ts';
import { isStatus, type KubeApi, type Store } from '../runtime/index.ts';
import { isMisannounced } from './addresses.ts';
import type { Fleet } from './fleet.ts';
import { type Member, type NodeState, nodeState, overdueInMs } from './member.ts';
import type { AcceptedPool, PodSettings } from './pod.ts';
import { templateName } from './template-name.ts';

export interface CensusDeps {
  api: Pick<KubeApi, 'get'>;
  nodes: Store<Node>;
  fleet: Fleet;
  ledger: Ledger;
  registrations: Pick<Registrations, 'known' | 'get'>;
  /** How many people are on a pod. */
  peopleOn: (pod: string) => number;
  settings: PodSettings;
}

/** Since when a pod does not serve. The time begins anew when its node begins to answer: it can do nothing before. */
interface Idle {
  since: number;
  nodeAnswers: boolean;
}

/** Finds out how the pods of a pool are. */
export class Census {
  readonly #deps: CensusDeps;
  /** By pool and pod: since when it does not serve, as far as this operator has seen. */
  readonly #idle = new Map<string, Map<string, Idle>>();

  constructor(deps: CensusDeps) {
    this.#deps = deps;
  }

  /** @throws KubeError if it could not be found out. */
  async members({ metadata, spec }: AcceptedPool, now: number): Promise<Member[]> {
    const { fleet, ledger, nodes: known, peopleOn, settings } = this.#deps;
    const { name, uid } = metadata;
    const templates = {
      sfu: templateName('sfu', spec, settings),
      turn: templateName('turn', spec, settings),
    };
    const before = this.#idle.get(name);
    const idle = new Map<string, Idle>();
    const members: Member[] = [];
    for (const pod of fleet.podsOf(name)) {
      const role = podRole(pod);
      if (role !== 'sfu' && role !== 'turn') continue;
      const podName = pod.metadata.name;
      const { alive, serves, stopping } = this.#stateOf(pod, role);
      const node = await this.#nodeOf(pod);
      const nodeAnswers = node === 'ready' || node === 'cordoned';
      const earlier = before?.get(podName);
      const since = earlier?.nodeAnswers === nodeAnswers ? earlier.since : now;
      if (!serves) idle.set(podName, { since, nodeAnswers });
      members.push({
        pod,
        role,
        own: pod.metadata.ownerReferences.some(owner => owner.uid === uid),
        going: fleet.isGoing(pod),
        overdue: overdueInMs(pod, now) <= 0,
        node,
        outdated: pod.metadata.annotations[templateAnnotation] !== templates[role],
        misannounced: isMisannounced(pod, known.get(pod.spec.nodeName ?? '')),
        alive,
        serves,
        stopping,
        idleMs: serves ? 0 : now - since,
        load: ledger.load(podName),
        people: peopleOn(podName),
      });
    }
    this.#idle.set(name, idle);
    return members;
  }

  forget(pool: string): void {
    this.#idle.delete(pool);
  }

  /** Whether the pod's node is no more. A node that the watch has not told of yet is looked for. */
  async isNodeGone(pod: Pod): Promise<boolean> {
    return (await this.#nodeOf(pod)) === 'gone';
  }

  async #nodeOf({ spec }: Pod): Promise<NodeState> {
    const { api, nodes: known } = this.#deps;
    if (spec.nodeName === undefined) return 'none';
    const node = known.get(spec.nodeName);
    if (node) return nodeState(node);
    const found = await api.get(nodes, { name: spec.nodeName }).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined;
      throw error;
    });
    return nodeState(found);
  }

  /** As long as it is not known which SFUs live, all are taken to. */
  #stateOf(pod: Pod, role: Member['role']): Pick<Member, 'alive' | 'serves' | 'stopping'> {
    const { registrations } = this.#deps;
    const ready = isReady(pod) && !isTerminating(pod);
    if (role === 'turn') return { alive: isReady(pod), serves: ready, stopping: false };
    if (!registrations.known) return { alive: true, serves: ready, stopping: false };
    const registered = registrations.get(pod.metadata.name);
    return {
      alive: registered !== undefined,
      serves: ready && registered?.state === 'serving',
      stopping: registered?.state === 'draining' && !isTerminating(pod),
    };
  }
}
