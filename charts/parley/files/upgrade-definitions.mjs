// Brings the custom resource definitions up to date before the rest of the chart: Helm makes them once and never
// touches them again. Runs with a service account that may change these definitions and nothing else.
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:https';

const account = process.env.SERVICE_ACCOUNT_DIR ?? '/var/run/secrets/kubernetes.io/serviceaccount';
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, DEFINITIONS_DIR: folder } = process.env;
const [ca, token] = await Promise.all(['ca.crt', 'token'].map(name => readFile(`${account}/${name}`, 'utf8')));

/** @throws Error with what the API server said */
function patch(name, body) {
  return new Promise((resolve, reject) => {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
    const headers = { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/merge-patch+json' };
    const call = request({ host, port, path, method: 'PATCH', ca, headers, timeout: 20_000 }, async response => {
      let text = '';
      for await (const chunk of response) text += chunk;
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${name}: the API server answered ${response.statusCode}: ${text.slice(0, 500)}`));
    });
    call.on('timeout', () => call.destroy(new Error(`${name}: the API server does not answer`)));
    call.on('error', reject);
    call.end(body);
  });
}

for (const file of (await readdir(folder)).filter(name => name.endsWith('.json'))) {
  const { metadata, spec } = JSON.parse(await readFile(`${folder}/${file}`, 'utf8'));
  await patch(metadata.name, JSON.stringify({ metadata: { annotations: metadata.annotations }, spec }));
  console.log(`${metadata.name} is up to date`);
}
