import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Availability } from './availability.ts';
import { isStatus } from './error.ts';
import { apiPath, type Kind, type KubeObject, type ObjectName } from './kinds.ts';
import { type Call, type Query, type RequestOptions, Requests } from './requests.ts';

export interface KubeApiOptions extends RequestOptions {
  /** Name under which this client's fields are known to the API server. */
  fieldManager: string;
}

/**
 * Calls the Kubernetes API in plain JSON and repeats what the server could not do just now. `client-node` says where
 * the server is and how to prove who is calling.
 */
export class KubeApi {
  readonly #requests: Requests;
  readonly #fieldManager: string;

  constructor(config: KubeConfig, options: KubeApiOptions) {
    this.#requests = new Requests(config, options);
    this.#fieldManager = options.fieldManager;
  }

  /** Whether the API server answers. */
  get availability(): Availability {
    return this.#requests.availability;
  }

  /** @throws KubeError, also in the following methods; those that write also NotLeadingError. */
  async get<T extends KubeObject>(kind: Kind<T>, name: ObjectName): Promise<T> {
    return this.#requests.run({ method: 'GET', path: apiPath(kind, name) }, kind.schema);
  }

  /** One page of a collection, unparsed. */
  async listPage(
    kind: Kind<KubeObject>,
    namespace: string | undefined,
    query: Query,
    signal: AbortSignal,
  ): Promise<unknown> {
    return this.#requests.run(
      { method: 'GET', path: apiPath(kind, { namespace }), query, signal },
      z.unknown(),
    );
  }

  /**
   * Makes an object. Its name has to be in `body`: where an answer was lost, the object of that name that is found by
   * the next attempt is taken for the one that was made.
   */
  async create<T extends KubeObject>(kind: Kind<T>, name: ObjectName, body: object): Promise<T> {
    return this.#make(kind, name, body, async refusal => {
      // A server may miss what the first attempt has taken, such as node ports, before it sees that the name is there.
      if (!isStatus(refusal, 409) && !isStatus(refusal, 422)) throw refusal;
      return this.get(kind, name).catch(error => {
        throw isStatus(error, 404) ? refusal : error;
      });
    });
  }

  /** As `create`, for callers that need not see it and may not read. */
  async createBlind(kind: Kind<KubeObject>, name: ObjectName, body: object): Promise<void> {
    await this.#make<unknown>(kind, name, body, async refusal => {
      if (!isStatus(refusal, 409)) throw refusal;
    });
  }

  /** Replaces an object. The body names the version that it replaces. */
  async update<T extends KubeObject>(kind: Kind<T>, name: ObjectName, body: object): Promise<T> {
    const path = apiPath(kind, name);
    const query = { fieldManager: this.#fieldManager };
    return this.#requests.run({ method: 'PUT', path, query, body }, kind.schema);
  }

  /**
   * Server-side apply: the fields in `body` become this manager's, also those that another had, and what it owned
   * before and leaves out now is removed.
   */
  async apply<T extends KubeObject>(
    kind: Kind<T>,
    { metadata }: KubeObject,
    body: object,
    subresource?: 'status',
  ): Promise<T> {
    const { apiVersion, kind: name } = kind;
    // The uid keeps it from touching another object that has taken this one's name.
    const target = { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid };
    const call: Call = {
      method: 'PATCH',
      path: `${apiPath(kind, metadata)}${subresource ? `/${subresource}` : ''}`,
      query: { fieldManager: this.#fieldManager, force: true },
      body: { apiVersion, kind: name, metadata: target, ...body },
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
    };
    return this.#requests.run(call, kind.schema);
  }

  /** Applies a JSON merge patch, to the status subresource if asked to. */
  async patch<T extends KubeObject>(
    kind: Kind<T>,
    name: ObjectName,
    body: object,
    subresource?: 'status',
  ): Promise<T> {
    const path = `${apiPath(kind, name)}${subresource ? `/${subresource}` : ''}`;
    const query = { fieldManager: this.#fieldManager };
    const contentType = 'application/merge-patch+json';
    return this.#requests.run({ method: 'PATCH', path, query, body, contentType }, kind.schema);
  }

  /**
   * Deletes the object with this uid. One that is gone, or another of its name, is as good.
   *
   * @param graceSeconds how long a pod may take to end, instead of what it says itself; 0: nobody is asked.
   * @returns the object, if it is still there until its finalizers or its pod are done.
   */
  async delete<T extends KubeObject>(
    kind: Kind<T>,
    name: ObjectName,
    uid: string,
    { graceSeconds }: { graceSeconds?: number } = {},
  ): Promise<T | undefined> {
    try {
      const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
      const body = { preconditions: { uid }, ...grace };
      const answer = await this.#requests.run(
        { method: 'DELETE', path: apiPath(kind, name), body },
        z.unknown(),
      );
      return kind.schema.safeParse(answer).data;
    } catch (error) {
      if (isStatus(error, 404) || isStatus(error, 409)) return undefined;
      throw error;
    }
  }

  /**
   * Opens a watch and gives its body, one JSON object per line. It is not repeated by itself.
   *
   * @param silenceMs ends it when nothing came for so long.
   */
  async openWatch(
    kind: Kind<KubeObject>,
    namespace: string | undefined,
    query: Query,
    silenceMs: number,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const path = apiPath(kind, { namespace });
    return this.#requests.open({ method: 'GET', path, query: { ...query, watch: true }, signal }, silenceMs);
  }

  close(): void {
    this.#requests.close();
  }

  /** @param onRefusal says what a refusal means after an attempt whose answer was lost. */
  async #make<T>(
    kind: Kind<KubeObject & T>,
    { namespace }: ObjectName,
    body: object,
    onRefusal: (refusal: unknown) => Promise<T>,
  ): Promise<T> {
    const query = { fieldManager: this.#fieldManager };
    const call: Call = { method: 'POST', path: apiPath(kind, { namespace }), query, body };
    let lost = false;
    try {
      return await this.#requests.run(call, kind.schema, () => {
        lost = true;
      });
    } catch (error) {
      if (lost) return onRefusal(error);
      throw error;
    }
  }
}
