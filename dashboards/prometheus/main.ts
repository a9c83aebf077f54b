// Scrapes the one-machine cluster with Prometheus until Ctrl-C.   usage: main.ts
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLocalJson } from '@parley/local';
import { ruleGroups, rulesYaml } from '../index.ts';
import { Prometheus } from './prometheus.ts';

const folder = join(import.meta.dirname, '../../.parley');
const localJson = join(folder, 'local.json');
const dir = join(folder, 'prometheus');

if (!(await readLocalJson(localJson))) {
  console.error(
    'No cluster runs on this machine. Start one with `npm start`, then this in another terminal.',
  );
  process.exit(1);
}
const prometheus = await Prometheus.start({
  dir,
  port: Number(process.env.PROMETHEUS_PORT ?? 9090),
  rules: rulesYaml(ruleGroups),
  everySeconds: 5,
});
const follow = async () => {
  const cluster = await readLocalJson(localJson);
  await prometheus.scrape(cluster?.prometheusTargets ?? []);
};
await follow();
const following = setInterval(() => void follow().catch(() => undefined), 2_000);
console.log(`Prometheus has the cluster's figures, rules and alerts: ${prometheus.url}/alerts

Grafana takes ${prometheus.url} as a data source, and charts/parley/dashboards/*.json under Dashboards, New, Import.
Stop: Ctrl-C`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), prometheus.ended]);
clearInterval(following);
await prometheus.stop();
await rm(dir, { recursive: true, force: true });
