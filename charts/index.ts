export {
  chartFolder,
  HelmError,
  helm,
  oldestKubernetes,
  type Rendered,
  type RenderOptions,
  renderChart,
} from './render.ts';
