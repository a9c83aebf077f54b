import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Container, Probe } from '../kube/types.ts';

/** Where and how a probe reaches its container. */
export interface ProbeTarget {
  container: Container;
  address: string;
  env: Record<string, string>;
  cwd: string;
}

export type ProbeResult = { success: true } | { success: false; message: string };

/** Asks once. Never throws; no answer within the probe's timeout is a failure. */
export async function probeOnce(probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.httpGet) await http(probe.httpGet, target, timeoutMs);
    else if (probe.tcpSocket)
      await tcp(portOf(probe.tcpSocket.port, target.container), target.address, timeoutMs);
    else if (probe.exec) await command(probe.exec.command ?? [], target, timeoutMs);
    else throw new Error('the one-machine cluster knows httpGet, tcpSocket and exec probes only');
    return { success: true };
  } catch (error) {
    return { success: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function portOf(port: number | string, { ports = [] }: Container): number {
  const found = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
  return found ?? Number(port);
}

function http(get: NonNullable<Probe['httpGet']>, target: ProbeTarget, timeoutMs: number): Promise<void> {
  const request = get.scheme === 'HTTPS' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: get.host ?? target.address,
        port: portOf(get.port, target.container),
        path: get.path ?? '/',
        headers: {
          'User-Agent': 'kube-probe/local',
          ...Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value])),
        },
        agent: false,
        rejectUnauthorized: false,
        signal: AbortSignal.timeout(timeoutMs),
      },
      response => {
        response.resume();
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 400) resolve();
        else reject(new Error(`HTTP probe failed with statuscode: ${status}`));
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

function tcp(port: number, host: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, signal: AbortSignal.timeout(timeoutMs) }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

function command(
  [program = '', ...args]: string[],
  { env, cwd }: ProbeTarget,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL' }, error =>
      error ? reject(error) : resolve(),
    );
  });
}
