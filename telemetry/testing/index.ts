export { type Answer, type Collector, type ReceivedSpan, startCollector, treeOf } from './collector.ts';
