import type { KubeAccess } from './client.ts';

/** The text of a kubeconfig with one cluster, one user and one context. It is JSON, and so also YAML. */
export function kubeconfig(
  access: KubeAccess,
  user: string,
  options: { namespace?: string; tokenFile?: string } = {},
): string {
  const name = 'parley-local';
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [
        {
          name,
          cluster: {
            server: access.url,
            'certificate-authority-data': Buffer.from(access.ca).toString('base64'),
          },
        },
      ],
      users: [
        {
          name: user,
          // The library's clients read such a file again from time to time, as they do inside a cluster.
          user: options.tokenFile
            ? { 'auth-provider': { name: 'tokenFile', config: { tokenFile: options.tokenFile } } }
            : { token: access.token },
        },
      ],
      contexts: [
        {
          name,
          context: {
            cluster: name,
            user,
            ...(options.namespace ? { namespace: options.namespace } : {}),
          },
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}
