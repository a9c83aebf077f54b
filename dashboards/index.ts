export { boards } from './boards/index.ts';
export * from './build/board.ts';
export * from './rules/index.ts';
export { prometheusGroup, rulesYaml } from './rules/yaml.ts';
