import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { accessObjects, type ControlPlane, startControlPlane } from '@parley/local';
import { apiVersion, definitions, MediaPool, Room } from '@parley/resources';
import { createLogger, createRegistry, type Registry } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { createOperator, type Operator } from '../operator.ts';
import type { Fence } from '../runtime/index.ts';
import { Settings } from '../settings.ts';
import { Driver } from './driver.ts';

const group = `/apis/${apiVersion}`;
const merge = 'application/merge-patch+json';

/** The operator's environment, but for where Kubernetes is. */
const environment = (redisUrl: string) => ({
  NAMESPACE: 'parley-system',
  REDIS_URL: redisUrl,
  CONTROL_TOKEN: 'token',
  WEB_URL: 'http://parley.test',
  SFU_IMAGE: 'parley/sfu-node:test',
  TURN_IMAGE: 'parley/turn-node:test',
  SECRET_NAME: 'parley',
  SCALE_IN_DELAY_SECONDS: '0',
});

export interface OperatorOptions {
  /** Settings other than usual. */
  environment?: Record<string, string>;
  /** Where to reach the API server, if not directly. */
  server?: string;
  /** What its writes pass. */
  fence?: Fence;
}

export interface WorldOptions {
  /** See `ControlPlaneOptions`. */
  auditLog?: string;
}

/** A real API server and Redis, the test's own kubelet and SFUs, and an operator. */
export class World implements AsyncDisposable {
  readonly plane: ControlPlane;
  readonly redis: TestRedis;
  readonly driver: Driver;
  registry: Registry = createRegistry();
  #operator: Operator | undefined;
  readonly #token: string;

  private constructor(plane: ControlPlane, redis: TestRedis, token: string) {
    this.plane = plane;
    this.#token = token;
    this.redis = redis;
    this.driver = new Driver(plane.client, redis.url);
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const dir = await mkdtemp(join(tmpdir(), 'parley-operator-'));
    const [plane, redis] = await Promise.all([startControlPlane({ dir, ...options }), startRedis()]);
    await plane.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'parley-system' } },
      ...definitions,
      ...accessObjects('parley-system'),
    ]);
    return new World(plane, redis, await plane.serviceAccountToken('parley-system', 'parley-operator'));
  }

  get operator(): Operator {
    if (!this.#operator) throw new Error('No operator runs.');
    return this.#operator;
  }

  /** What an operator is started with: its environment, and a kubeconfig with the rights of its service account. */
  get operatorAccess(): { environment: Record<string, string>; kubeconfig: string } {
    return {
      environment: environment(this.redis.url),
      kubeconfig: this.plane.kubeconfigFor('operator', this.#token),
    };
  }

  /** Starts an operator in this process with the rights of its service account and nothing more. */
  startOperator({ environment, server, fence }: OperatorOptions = {}): Operator {
    const access = this.operatorAccess;
    const config = new KubeConfig();
    config.loadFromString(access.kubeconfig.replaceAll(this.plane.url, server ?? this.plane.url));
    const settings = Settings.parse({ ...access.environment, ...environment });
    this.registry = createRegistry();
    this.#operator = createOperator(settings, config, createLogger('operator'), this.registry, fence);
    this.#operator.start();
    return this.#operator;
  }

  async stopOperator(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = undefined;
  }

  async applyPool(name: string, spec: object = {}): Promise<void> {
    await this.plane.apply([{ apiVersion, kind: 'MediaPool', metadata: { name }, spec } as never]);
  }

  async applyRoom(name: string, spec: object = {}, namespace = 'default'): Promise<void> {
    await this.plane.apply([{ apiVersion, kind: 'Room', metadata: { name, namespace }, spec } as never]);
  }

  async patchRoom(name: string, body: object): Promise<void> {
    const path = `${group}/namespaces/default/rooms/${name}`;
    await this.plane.client.call({ method: 'PATCH', path, body, contentType: merge });
  }

  async deleteRoom(name: string): Promise<void> {
    await this.plane.client.call({ method: 'DELETE', path: `${group}/namespaces/default/rooms/${name}` });
  }

  async deletePool(name: string): Promise<void> {
    await this.plane.client.call({ method: 'DELETE', path: `${group}/mediapools/${name}` });
  }

  async room(name: string, namespace = 'default'): Promise<Room> {
    return Room.parse(
      await this.plane.client.call({ path: `${group}/namespaces/${namespace}/rooms/${name}` }),
    );
  }

  async pool(name: string): Promise<MediaPool> {
    return MediaPool.parse(await this.plane.client.call({ path: `${group}/mediapools/${name}` }));
  }

  /** The pool once this condition has this reason. */
  poolWith(name: string, type: string, reason: string): Promise<MediaPool> {
    return eventually(`pool ${name} with ${type} for ${reason}`, async () => {
      const pool = await this.pool(name);
      return pool.status.conditions.some(one => one.type === type && one.reason === reason) && pool;
    });
  }

  async roomIsGone(name: string): Promise<boolean> {
    const list = await this.plane.client.call<{ items: unknown[] }>({ path: `${group}/rooms` });
    return !list.items.some(item => Room.parse(item).metadata.name === name);
  }

  /** The room once its Ready condition has this reason. */
  roomWith(name: string, reason: string): Promise<Room> {
    return eventually(`room ${name} with reason ${reason}`, async () => {
      const room = await this.room(name);
      return room.status.conditions.some(one => one.type === 'Ready' && one.reason === reason) && room;
    });
  }

  /** Reasons of the events of an object, with how often each happened. */
  async events(name: string): Promise<Record<string, number>> {
    const { items } = await this.plane.client.call<{
      items: { involvedObject: { name: string }; reason: string; count: number }[];
    }>({ path: '/api/v1/events' });
    const counts: Record<string, number> = {};
    for (const { involvedObject, reason, count } of items) {
      if (involvedObject.name === name) counts[reason] = (counts[reason] ?? 0) + count;
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopOperator();
    await this.driver[Symbol.asyncDispose]();
    await Promise.all([this.plane.stop(), this.redis[Symbol.asyncDispose]()]);
  }
}
