import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemNamespace } from './installation.ts';
import type { Pod } from './kube/types.ts';
import { markedProcesses } from './leftovers.ts';
import { stackVariable } from './processes.ts';
import { AlreadyRunningError, type Stack, startStack } from './stack.ts';

let dir: string;
let launcher: ChildProcess;
let stray: ChildProcess;
let stack: Stack | undefined;

const alive = (pid: number) => existsSync(`/proc/${pid}`);

beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'parley-stack-')));
  const script = `
    import { startStack } from ${JSON.stringify(join(import.meta.dirname, 'stack.ts'))};
    await startStack({ dir: ${JSON.stringify(dir)}, entrancePort: 0 });
    console.log('ready');
  `;
  launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // As a grandchild that outlived its parent would be.
  stray = spawn('sleep', ['600'], { env: { [stackVariable]: `${dir}/earlier` }, detached: true });
  if (launcher.stdout) await once(launcher.stdout, 'data');
});
afterAll(async () => {
  await stack?.stop();
  launcher?.kill('SIGKILL');
  stray?.kill('SIGKILL');
});

test('a second start from the same folder is refused and says where the first one is', async () => {
  const { webUrl } = JSON.parse(await readFile(join(dir, 'local.json'), 'utf8')) as { webUrl: string };
  const refused = await startStack({ dir, entrancePort: 0 }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AlreadyRunningError);
  expect(String(refused)).toContain(webUrl);
  expect(existsSync(join(dir, 'local.json'))).toBe(true);
});

test('a start after kill -9 of the launcher leaves none of the old processes', async () => {
  const old = await markedProcesses(`${dir}/`);
  expect(old.length).toBeGreaterThan(8);
  const dead = once(launcher, 'exit');
  launcher.kill('SIGKILL');
  await dead;
  stack = await startStack({ dir, entrancePort: 0 });
  expect(old.filter(alive)).toEqual([]);
  expect((await fetch(stack.webUrl)).status).toBe(200);
});

test('local.json and the kubeconfig are for their owner only and say what is true', async () => {
  if (!stack) throw new Error('There is no stack.');
  const written = JSON.parse(await readFile(join(dir, 'local.json'), 'utf8'));
  expect(written).toMatchObject({ webUrl: stack.webUrl, pid: process.pid, logs: join(dir, 'logs') });
  for (const file of ['local.json', 'kubeconfig']) expect((await stat(join(dir, file))).mode & 0o077).toBe(0);
  const components = stack.prometheusTargets.map(({ labels }) => labels.component);
  expect(components).toEqual(expect.arrayContaining(['operator', 'sfu', 'signaling', 'web']));
  for (const { targets, labels } of stack.prometheusTargets) {
    const figures = await fetch(`http://${targets[0]}/metrics`);
    expect(await figures.text(), labels.pod).toContain('process_cpu_seconds_total');
  }
});

test('a Room may have the name of an operations path, and nobody reads figures through the entrance', async () => {
  for (const name of ['metrics', 'healthz', 'readyz']) {
    const answer = await fetch(`${stack?.webUrl}/${name}`);
    expect(answer.headers.get('content-type'), name).toContain('text/html');
  }
});

test("a deleted pod of Parley's own comes back, as a Deployment would bring it back", async () => {
  if (!stack) throw new Error('There is no stack.');
  const { client } = stack.controlPlane;
  const path = `/api/v1/namespaces/${systemNamespace}/pods/web-0`;
  const read = () => client.call<Pod>({ path });
  const old = await read();
  await client.call({ method: 'DELETE', path });
  await eventually('another pod that is ready', async () => {
    const { metadata, status } = await read();
    const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return metadata?.uid !== old.metadata?.uid && ready;
  });
});

test('what `helm test` runs finds everything at work', async () => {
  if (!stack) throw new Error('There is no stack.');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../charts/parley/files/check.mjs')],
    {
      env: {
        SIGNALING_URL: stack.apiUrl,
        WEB_URL: stack.webUrl,
        API_KEY: stack.apiKey,
        ROOMS_NAMESPACE: 'default',
      },
    },
  );
  expect(stdout).toContain('ok: the Room gets a media server');
  expect(stdout).toContain('ok: the Room is deleted');
});

test('etcd and kube-apiserver come back when they are killed', async () => {
  if (!stack) throw new Error('There is no stack.');
  const { controlPlane } = stack;
  const path = '/apis/parley.dev/v1alpha1/mediapools/default';
  await controlPlane.killApiserver();
  await eventually('the API server', () => controlPlane.client.call<object>({ path }), 20_000);
  const [etcd] = await pidsOf('etcd', `${dir}/`);
  if (!etcd) throw new Error('There is no etcd.');
  process.kill(etcd, 'SIGKILL');
  await eventually('etcd', () => controlPlane.client.call<object>({ path }), 20_000);
  expect(await pidsOf('etcd', `${dir}/`)).not.toContain(etcd);
});

async function pidsOf(program: string, prefix: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await markedProcesses(prefix)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() === program) found.push(pid);
  }
  return found;
}

test('a stop leaves no process and no file', async () => {
  const running = await markedProcesses(`${dir}/`);
  await stack?.stop();
  expect(running.filter(alive)).toEqual([]);
  expect(existsSync(dir)).toBe(false);
});
