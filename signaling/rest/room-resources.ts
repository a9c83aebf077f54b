import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { RefusalError, RoomName, RoomUid } from '@parley/protocol';
import { apiVersion, group, type RoomSpec, roomDefinition, version } from '@parley/resources';
import { activeTrace, formatTraceparent, inSpan, traceparentAnnotation } from '@parley/telemetry';
import { z } from 'zod';

const { plural } = roomDefinition.spec.names;
const answerWithinMs = 5000;

const Stored = z.object({ metadata: z.object({ name: RoomName, namespace: RoomName, uid: RoomUid }) });
const StoredPage = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(Stored),
});

/** Where a page of Rooms begins, and how long it is. */
interface PageOf {
  namespace?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Makes, lists and deletes Room resources. */
export class RoomResources {
  readonly #api: CustomObjectsApi;

  /** Finds the API server as every Kubernetes client does: `KUBECONFIG`, else the service account. */
  constructor() {
    const config = new KubeConfig();
    config.loadFromDefault();
    this.#api = config.makeApiClient(CustomObjectsApi);
  }

  /** @throws RefusalError `conflict` if there is a Room of the name, `bad_request` with what the API server does not like. */
  async create(
    room: { namespace: string; name: string },
    spec: z.input<typeof RoomSpec>,
    madeBy: 'rest-api' | 'new-meeting',
  ): Promise<RoomUid> {
    const trace = activeTrace();
    const body = {
      apiVersion,
      kind: roomDefinition.spec.names.kind,
      metadata: {
        ...room,
        labels: { 'app.kubernetes.io/managed-by': 'parley-signaling' },
        annotations: {
          'parley.dev/made-by': madeBy,
          ...(trace?.sampled && { [traceparentAnnotation]: formatTraceparent(trace) }),
        },
      },
      spec,
    };
    const { namespace } = room;
    const made = await this.#ask('create', nameOf(room), () =>
      this.#api.createNamespacedCustomObject({ group, version, plural, namespace, body }),
    );
    return Stored.parse(made).metadata.uid;
  }

  /** One page of Rooms, and the cursor of the next one. @throws RefusalError `bad_request` for a cursor that is not or no longer valid. */
  async list({ namespace, limit, cursor }: PageOf): Promise<{
    rooms: { namespace: RoomName; name: RoomName; uid: RoomUid }[];
    cursor: string | undefined;
  }> {
    const page = { group, version, plural, limit, ...(cursor !== undefined && { _continue: cursor }) };
    const found = await this.#ask('list', 'Rooms', () =>
      namespace === undefined
        ? this.#api.listClusterCustomObject(page)
        : this.#api.listNamespacedCustomObject({ ...page, namespace }),
    );
    const { items, metadata } = StoredPage.parse(found);
    return { rooms: items.map(item => item.metadata), cursor: metadata.continue || undefined };
  }

  /** @throws RefusalError `room_not_found` if there is none. */
  async delete(room: { namespace: string; name: string }): Promise<void> {
    await this.#ask('delete', nameOf(room), () =>
      this.#api.deleteNamespacedCustomObject({ group, version, plural, ...room }),
    );
  }

  #ask<T>(verb: string, what: string, call: () => Promise<T>): Promise<T> {
    return inSpan(`kubernetes.${verb}`, () => this.#answer(what, call), { kind: 'client' });
  }

  async #answer<T>(what: string, call: () => Promise<T>): Promise<T> {
    const answered = new AbortController();
    try {
      const late = sleep(answerWithinMs, undefined, { signal: answered.signal }).then(() => {
        throw new Error(`No answer within ${answerWithinMs} ms.`);
      });
      return await Promise.race([call(), late]);
    } catch (cause) {
      throw toRefusal(what, cause);
    } finally {
      answered.abort();
    }
  }
}

const nameOf = ({ namespace, name }: { namespace: string; name: string }) => `Room ${namespace}/${name}`;

function toRefusal(what: string, cause: unknown): RefusalError {
  if (!(cause instanceof ApiException)) {
    return new RefusalError('unavailable', 'The Kubernetes API server cannot be reached. Try again later.', {
      cause,
    });
  }
  const said = messageOf(cause.body);
  switch (cause.code) {
    case 404:
      return new RefusalError('room_not_found', said ?? `There is no ${what}.`, { cause });
    case 409:
      return new RefusalError('conflict', said ?? `There is a ${what} already.`, { cause });
    case 400:
    case 422:
      return new RefusalError('bad_request', said ?? `The API server does not accept ${what}.`, { cause });
    case 410:
      return new RefusalError('bad_request', 'The cursor is too old. Begin again without one.', { cause });
    default:
      return new RefusalError('unavailable', 'The Kubernetes API server refused. Try again later.', {
        cause,
      });
  }
}

const Status = z.object({ message: z.string() });

/** The message of a metav1.Status, which the client library leaves as text. */
function messageOf(body: unknown): string | undefined {
  try {
    return Status.parse(typeof body === 'string' ? JSON.parse(body) : body).message;
  } catch {
    return undefined;
  }
}
