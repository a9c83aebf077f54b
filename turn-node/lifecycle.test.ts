import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:tls';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate, oldSecret, startRelay, startRelayProcess } from './test-relay.ts';

const ok = 0;
const quotaReached = 486;
let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whose certificate a TLS server shows. */
function nameAt(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(`${socket.getPeerCertificate().subject.CN}`);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('a relay that is stopped lets allocations go on, takes no new ones and ends after the last', {
  timeout: 40_000,
}, async () => {
  await using relay = await startRelay(server.url, { DRAIN_SECONDS: '60' });
  await using neighbour = await startRelay(server.url);
  using client = await relay.client();
  using late = await relay.client();
  using other = await neighbour.client();
  expect(await client.allocate()).toBe(ok);
  expect(await other.allocate()).toBe(ok);
  expect((await relay.get('/readyz')).status).toBe(200);

  let stopped = false;
  const stopping = relay.relay.stop().then(() => {
    stopped = true;
  });
  expect((await relay.get('/readyz')).status).toBe(503);
  expect((await relay.get('/healthz')).status).toBe(200);
  await eventually(
    'new allocations to be refused',
    async () => {
      const outcome = await late.allocate();
      if (outcome === ok) await late.refresh(0);
      return outcome === quotaReached;
    },
    15_000,
  );
  expect(await client.refresh(600)).toBe(ok);
  expect(stopped).toBe(false);
  expect(await client.refresh(0)).toBe(ok);
  await stopping;
  expect(relay.relay.coturnPid).toBeUndefined();
  expect(await other.refresh(600)).toBe(ok);
});

test('a drain ends when its time is over', async () => {
  await using relay = await startRelay(server.url, { DRAIN_SECONDS: '0.3' });
  using client = await relay.client();
  expect(await client.allocate()).toBe(ok);
  await relay.relay.stop();
  expect(relay.relay.coturnPid).toBeUndefined();
});

test('a coturn that dies is started again with all that it has to know', async () => {
  await using relay = await startRelay(server.url);
  const before = relay.relay.coturnPid;
  if (before === undefined) throw new Error('coturn does not run.');
  process.kill(before, 'SIGKILL');
  await eventually('the relay to notice', () => !relay.relay.readiness.ready);
  await eventually('the relay to be ready again', () => relay.relay.readiness.ready);
  expect(relay.relay.coturnPid).not.toBe(before);
  expect((await relay.get('/metrics')).text).toContain('\nparley_turn_coturn_restarts_total 1\n');
  using client = await relay.client();
  expect(await client.allocate()).toBe(ok);
});

test('a coturn that hangs makes the relay unready until it goes on', async () => {
  await using relay = await startRelay(server.url);
  const pid = relay.relay.coturnPid;
  if (pid === undefined) throw new Error('coturn does not run.');
  process.kill(pid, 'SIGSTOP');
  await eventually('the relay to notice', () => !relay.relay.readiness.ready);
  expect((await relay.get('/healthz')).status).toBe(200);
  process.kill(pid, 'SIGCONT');
  await eventually('the relay to be ready again', () => relay.relay.readiness.ready);
  expect(relay.relay.coturnPid).toBe(pid);
});

test('a new certificate is served without a restart, and one that is broken is not taken', async () => {
  const first = await makeCertificate('first.example');
  const second = await makeCertificate('second.example');
  await using relay = await startRelay(server.url, {}, { tls: first });
  const pid = relay.relay.coturnPid;
  expect(await nameAt(relay.ip, relay.tlsPort)).toBe('first.example');
  const expiry = async () =>
    /certificate_expiry_timestamp_seconds\S* (\d+)/.exec((await relay.get('/metrics')).text)?.[1];
  expect(Number(await expiry()) * 1_000).toBeGreaterThan(Date.now());

  await relay.tls.write({ 'tls.crt': second['tls.crt'] ?? '', 'tls.key': first['tls.key'] ?? '' });
  expect(await nameAt(relay.ip, relay.tlsPort)).toBe('first.example');
  await relay.tls.write(second);
  await eventually(
    'the new certificate',
    async () => (await nameAt(relay.ip, relay.tlsPort)) === 'second.example',
  );
  expect(relay.relay.coturnPid).toBe(pid);
});

test('no secret is on the command line or readable for others', async () => {
  await using relay = await startRelay(server.url);
  expect(await readFile(`/proc/${relay.relay.coturnPid}/cmdline`, 'utf8')).not.toContain(oldSecret);
  expect(await readFile(`${relay.dataDir}/turnserver.conf`, 'utf8')).not.toContain(oldSecret);
  for (const file of ['turnserver.conf', 'turndb', 'turndb-wal']) {
    expect((await stat(`${relay.dataDir}/${file}`)).mode & 0o777, file).toBe(0o600);
  }
});

test('a relay without Redis runs, and is ready once Redis has told it the SFUs', async () => {
  await using own = await startRedis();
  await own.stop();
  await using relay = await startRelay(own.url, {}, { until: 'coturn answers' });
  expect(relay.relay.readiness).toMatchObject({ ready: false, reason: expect.stringContaining('Redis') });
  expect((await relay.get('/healthz')).status).toBe(200);
  await own.start();
  await eventually('the relay to be ready', () => relay.relay.readiness.ready);
});

test('a certificate or a secret that cannot be used is named at the start', async () => {
  const first = await makeCertificate('first.example');
  const second = await makeCertificate('second.example');
  const tls = { 'tls.crt': first['tls.crt'] ?? '', 'tls.key': second['tls.key'] ?? '' };
  await expect(startRelay(server.url, {}, { tls })).rejects.toMatchObject({ code: 'certificate_unusable' });
  const secrets = { 'turn-secret': 'short' };
  await expect(startRelay(server.url, {}, { secrets })).rejects.toMatchObject({ code: 'secret_unusable' });
});

test('the process drains at SIGTERM and leaves with status 0', async () => {
  await using process = await startRelayProcess(server.url);
  using client = await process.client();
  expect(await client.allocate()).toBe(ok);
  process.child.kill('SIGTERM');
  await eventually('the relay not to be ready', async () => (await process.status('/readyz')) === 503);
  expect(await client.refresh(600)).toBe(ok);
  expect(await client.refresh(0)).toBe(ok);
  const [status] = await once(process.child, 'exit');
  expect(status).toBe(0);
  expect(process.output).not.toContain(oldSecret);
});

test('coturn ends with a process that is killed', async context => {
  if (!existsSync('/usr/bin/setpriv')) return context.skip('There is no setpriv on this machine.');
  await using relay = await startRelayProcess(server.url);
  const coturn = Number(/"pid":(\d+),"message":"coturn started"/.exec(relay.output)?.[1]);
  expect(existsSync(`/proc/${coturn}`)).toBe(true);
  relay.child.kill('SIGKILL');
  await eventually('coturn to end', () => !existsSync(`/proc/${coturn}`));
});
