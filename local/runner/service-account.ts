import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/types.ts';

const lifetimeSeconds = 3600;
const renewAfterMs = lifetimeSeconds * 1000 * 0.8;
const retryMs = 10_000;

interface Context {
  client: KubeClient;
  kubeconfigWithTokenFile(user: string, tokenFile: string, namespace: string): string;
  dir: string;
}

/** A service account's token in a file that is renewed in time, and a kubeconfig that points to it. */
export class ServiceAccountAccess {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;

  private constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig;
  }

  /** Gets the first token. Renewal ends with `signal`. @throws KubeError if there is no such account. */
  static async open(
    pod: Pod,
    account: string,
    { client, kubeconfigWithTokenFile, dir }: Context,
    signal: AbortSignal,
  ): Promise<ServiceAccountAccess> {
    const { name = '', namespace = 'default', uid = '' } = pod.metadata ?? {};
    const tokenFile = join(dir, 'token');
    const path = join(dir, 'kubeconfig');
    const renew = async () => {
      const answer = await client.call<{ status: { token: string } }>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            expirationSeconds: lifetimeSeconds,
            boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
          },
        },
      });
      await writeFile(`${tokenFile}.new`, answer.status.token, { mode: 0o600 });
      await rename(`${tokenFile}.new`, tokenFile);
    };
    await renew();
    await writeFile(path, kubeconfigWithTokenFile(account, tokenFile, namespace), { mode: 0o600 });
    void keepRenewing(renew, signal);
    return new ServiceAccountAccess(path);
  }
}

async function keepRenewing(renew: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  await pause(renewAfterMs);
  while (!signal.aborted) {
    const renewed = await renew().then(
      () => true,
      () => false,
    );
    await pause(renewed ? renewAfterMs : retryMs);
  }
}
