import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalJson, type RunningProcess, startProcess, stopProcess } from '@parley/local';
import { locateTool } from '@parley/setup';
import { z } from 'zod';

export type Targets = LocalJson['prometheusTargets'];

export interface PrometheusOptions {
  /** Folder for everything that it keeps. */
  dir: string;
  /** Port on 127.0.0.1. */
  port: number;
  /** Rules, as YAML. */
  rules: string;
  /** How often it scrapes and judges. */
  everySeconds: number;
}

/** One series of an answer with its value now, which may be NaN. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const Answer = z.object({
  data: z.object({
    result: z.union([
      z.tuple([z.number(), z.string()]).transform(value => [{ metric: {}, value }]),
      z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    ]),
  }),
});

/** Prometheus refused a query. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code = 'QUERY';
}

/** A real Prometheus that this process started and ends. */
export class Prometheus implements AsyncDisposable {
  readonly url: string;
  readonly #process: RunningProcess;
  readonly #targets: string;

  private constructor(url: string, process: RunningProcess, targets: string) {
    this.url = url;
    this.#process = process;
    this.#targets = targets;
  }

  /** @throws Error with what it said, if it ends before it is ready. */
  static async start({ dir, port, rules, everySeconds }: PrometheusOptions): Promise<Prometheus> {
    await mkdir(dir, { recursive: true });
    const targets = join(dir, 'targets.json');
    const every = `${everySeconds}s`;
    const config = {
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        { job_name: 'parley', file_sd_configs: [{ files: ['targets.json'], refresh_interval: every }] },
      ],
    };
    await writeFile(targets, '[]');
    await writeFile(join(dir, 'rules.yaml'), rules);
    await writeFile(join(dir, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${port}`;
    const logFile = join(dir, 'prometheus.log');
    const running = await startProcess({
      command: [
        locateTool('prometheus'),
        `--config.file=${join(dir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--web.listen-address=${address}`,
        '--enable-feature=exemplar-storage',
      ],
      env: {},
      cwd: dir,
      logFile,
    });
    const prometheus = new Prometheus(`http://${address}`, running, targets);
    let ended = false;
    void running.exited.then(() => {
      ended = true;
    });
    while (!(await prometheus.#isReady())) {
      if (ended) throw new Error(`Prometheus ended: ${(await readFile(logFile, 'utf8')).slice(-2_000)}`);
      await sleep(50);
    }
    return prometheus;
  }

  /** From now on these are scraped, and no others. */
  async scrape(targets: Targets): Promise<void> {
    await writeFile(`${this.#targets}.new`, JSON.stringify(targets));
    await rename(`${this.#targets}.new`, this.#targets);
  }

  /** @throws QueryError */
  async query(expr: string): Promise<readonly Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    });
    if (!response.ok) throw new QueryError(`${expr}: ${await response.text()}`);
    const { data } = Answer.parse(await response.json());
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Names of the alerts that fire, each once. */
  async firing(): Promise<readonly string[]> {
    const alerts = await this.query('count by (alertname) (ALERTS{alertstate="firing"})');
    return alerts.map(({ labels }) => labels.alertname ?? '').sort();
  }

  /** Resolves when it ended, whyever. */
  get ended(): Promise<unknown> {
    return this.#process.exited;
  }

  async stop(): Promise<void> {
    await stopProcess(this.#process, 5_000);
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
    return answer?.ok === true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
