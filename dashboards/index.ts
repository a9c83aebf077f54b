export { boards } from './boards/index.ts';
export * from './build/board.ts';
export { hastened } from './prometheus/hasten.ts';
export { Prometheus, type Sample } from './prometheus/prometheus.ts';
export * from './rules/index.ts';
export { prometheusGroup, rulesYaml } from './rules/yaml.ts';
