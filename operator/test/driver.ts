/** The test's own kubelet and SFUs: they do what a node and the SFU processes would do. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '@parley/local';
import {
  controlApi,
  type Placement,
  type RoomKey,
  redisChannels,
  redisKeys,
  type SfuRegistration,
  sfuLeaseMs,
} from '@parley/protocol';
import { Redis } from 'ioredis';
import { Pod, podRole } from '../kinds.ts';
import { Nodes } from './nodes.ts';

const podsPath = '/api/v1/namespaces/parley-system/pods';
const merge = 'application/merge-patch+json';

/** Makes every pod ready, and registers every SFU pod unless told otherwise. */
export class Driver implements AsyncDisposable {
  readonly redis: Redis;
  readonly #client: KubeClient;
  readonly #abort = new AbortController();
  readonly #sfus = new Map<string, PlayedSfu>();
  /** Whether new SFU pods register by themselves. */
  registers = true;
  /** Roles whose pods do not get to run. */
  readonly holdsBack = new Set<string>();
  /** Pods wait here for a node once there is one; before, they run on none. */
  readonly nodes: Nodes;
  /** Whether pods that are to go wait until this is false again, as if people were on them. */
  lingers = false;
  /** Whether containers of new pods start. */
  starts = true;
  readonly #running: Promise<void>;

  constructor(client: KubeClient, redisUrl: string) {
    this.#client = client;
    this.nodes = new Nodes(client);
    this.redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
    this.redis.on('error', () => undefined);
    this.#running = this.#run();
  }

  sfu(pod: string): PlayedSfu {
    const sfu = this.#sfus.get(pod);
    if (!sfu) throw new Error(`There is no SFU ${pod}.`);
    return sfu;
  }

  async pods(): Promise<Pod[]> {
    const list = await this.#client.call<{ items: unknown[] }>({ path: podsPath });
    return list.items.map(item => Pod.parse(item));
  }

  async sfuPods(): Promise<Pod[]> {
    return (await this.pods()).filter(pod => podRole(pod) === 'sfu');
  }

  async placement(room: string): Promise<Placement | undefined> {
    const json = await this.redis.get(redisKeys.placement(room as RoomKey));
    return json === null ? undefined : (JSON.parse(json) as Placement);
  }

  /** People come or go, as signaling writes it. */
  async people(room: string, count: number): Promise<void> {
    const key = redisKeys.participants(room as RoomKey);
    await this.redis.del(key);
    for (let index = 0; index < count; index += 1) await this.redis.hset(key, randomUUID(), '{}');
    if (count > 0) await this.redis.zadd(redisKeys.activeRooms, Date.now(), room);
    await this.redis.publish(redisChannels.participants, room);
  }

  /** Registers an SFU for this pod. */
  async startSfu(pod: string): Promise<PlayedSfu> {
    const sfu = await PlayedSfu.start(pod, this.redis);
    this.#sfus.set(pod, sfu);
    return sfu;
  }

  /** Makes a pod vanish as if its node had finished it. */
  async deletePod(name: string): Promise<void> {
    await this.#client.call({
      method: 'DELETE',
      path: `${podsPath}/${name}`,
      body: { gracePeriodSeconds: 0 },
    });
  }

  /** Its container ends for good, or its node does not take it in. */
  async fail(name: string, reason: string): Promise<void> {
    await this.#setStatus(name, {
      phase: 'Failed',
      reason,
      conditions: [{ type: 'Ready', status: 'False' }],
    });
  }

  /** The machine stops: its pods are silent from now on, and its node is too, or gone. */
  async loseNode(name: string, what: 'silent' | 'gone'): Promise<void> {
    if (what === 'gone') await this.nodes.remove(name);
    else await this.nodes.set(name, { answers: false });
    for (const pod of await this.pods()) {
      if (pod.spec.nodeName !== name) continue;
      await this.#sfus.get(pod.metadata.name)?.crash();
      this.#sfus.delete(pod.metadata.name);
      // As the node controller does.
      if (what === 'silent') {
        await this.#setStatus(pod.metadata.name, { conditions: [{ type: 'Ready', status: 'False' }] });
      }
    }
  }

  /** The machine works again, and so do the pods that it has. */
  async bringBack(name: string): Promise<void> {
    await this.nodes.set(name, { answers: true });
    for (const pod of await this.pods()) {
      // One that is too many may be gone by now.
      if (pod.spec.nodeName === name) await this.#run1(pod).catch(() => undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
    for (const sfu of this.#sfus.values()) await sfu.crash();
    this.redis.disconnect();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#look().catch(() => undefined);
      await sleep(50, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const pods = await this.pods();
    const names = new Set(pods.map(pod => pod.metadata.name));
    for (const [pod, sfu] of this.#sfus) {
      if (names.has(pod)) continue;
      this.#sfus.delete(pod);
      await sfu.crash();
    }
    for (const pod of pods) {
      const { name } = pod.metadata;
      if (!this.nodes.lets(pod)) continue;
      if (pod.metadata.deletionTimestamp !== undefined) await this.#end(name);
      else if (
        pod.status.phase === 'Pending' &&
        !this.holdsBack.has(podRole(pod) ?? '') &&
        (await this.nodes.has(pod, pods))
      )
        await this.#run1(pod);
    }
  }

  async #run1(pod: Pod): Promise<void> {
    const { name } = pod.metadata;
    if (!this.starts) return;
    if (podRole(pod) === 'sfu' && this.registers) await this.startSfu(name);
    const status = {
      phase: 'Running',
      podIP: '127.0.0.1',
      podIPs: [{ ip: '127.0.0.1' }],
      hostIP: '127.0.0.2',
      conditions: [{ type: 'Ready', status: 'True' }],
    };
    await this.#setStatus(name, status);
  }

  async #end(name: string): Promise<void> {
    if (this.lingers) await this.#sfus.get(name)?.drain();
    else await this.deletePod(name);
  }

  async #setStatus(name: string, status: object): Promise<void> {
    const path = `${podsPath}/${name}/status`;
    await this.#client.call({ method: 'PATCH', path, body: { status }, contentType: merge });
  }
}

/** An SFU process: a registration that is renewed, and a control API that only closes rooms. */
export class PlayedSfu {
  readonly pod: string;
  /** Rooms that were closed. */
  readonly closed: string[] = [];
  /** How often it was asked who it is. */
  asked = 0;
  /** Whether it answers that. */
  answers = true;
  instance = randomUUID();
  #state: SfuRegistration['state'] = 'serving';
  #used = 0;
  #cutOff: SfuRegistration['instance'][] = [];
  readonly #redis: Redis;
  readonly #server: Server;
  #beat: NodeJS.Timeout | undefined;

  private constructor(pod: string, redis: Redis, server: Server) {
    this.pod = pod;
    this.#redis = redis;
    this.#server = server;
  }

  static async start(pod: string, redis: Redis): Promise<PlayedSfu> {
    const server = createServer((request, response) => {
      if (request.method === 'DELETE') sfu.closed.push(request.url?.split('/').at(-1) ?? '');
      if (request.url === controlApi.describe.path) {
        sfu.asked++;
        if (sfu.answers) response.end(JSON.stringify({ instance: sfu.instance }));
      } else response.end('{}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const sfu = new PlayedSfu(pod, redis, server);
    await sfu.#register();
    return sfu;
  }

  /** Dies without a word: its registration runs out. */
  async crash(): Promise<void> {
    clearInterval(this.#beat);
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** So much of it is taken now, and these SFUs it does not reach. */
  async say({ used = this.#used, cutOff }: { used?: number; cutOff?: PlayedSfu[] }): Promise<void> {
    this.#used = used;
    if (cutOff) this.#cutOff = cutOff.map(({ instance }) => instance as SfuRegistration['instance']);
    await this.#register();
  }

  /** It does not reach Redis any more. */
  async loseRedis(): Promise<void> {
    clearInterval(this.#beat);
    await this.#redis.del(redisKeys.sfu(this.pod));
  }

  /** It reaches Redis again. */
  async findRedis(): Promise<void> {
    await this.#register();
  }

  /** Takes no more rooms, as it was told to end. */
  async drain(): Promise<void> {
    if (this.#state === 'draining') return;
    this.#state = 'draining';
    await this.#register();
  }

  /** Dies and is started again by its pod. */
  async restart(): Promise<void> {
    this.instance = randomUUID();
    await this.#register();
  }

  async #register(): Promise<void> {
    clearInterval(this.#beat);
    await this.#write();
    await this.#redis.publish(redisChannels.sfus, this.pod);
    this.#beat = setInterval(() => void this.#write().catch(() => undefined), 500);
  }

  async #write(): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const registration = {
      pod: this.pod,
      instance: this.instance as SfuRegistration['instance'],
      controlUrl: `http://127.0.0.1:${port}`,
      addresses: ['127.0.0.1'],
      state: this.#state,
      workers: 2,
      cutOff: this.#cutOff,
      load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0, used: this.#used },
    } satisfies SfuRegistration;
    await this.#redis.set(redisKeys.sfu(this.pod), JSON.stringify(registration), 'PX', sfuLeaseMs);
  }
}
