export {
  type Answer,
  type Collector,
  type ReceivedSpan,
  spansOf,
  startCollector,
  treeOf,
} from './collector.ts';
