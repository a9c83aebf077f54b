import { type Benchmark, runScenarios } from '../benchmark.ts';
import { sfu } from './sfu.ts';
import { signaling } from './signaling.ts';

/** A process that is watched in every way, beside one that is not, under the same load in turn. */
export const telemetry: Benchmark = {
  name: 'telemetry',
  what: 'what figures, reports of how calls go, and traces of everything cost an SFU and a replica',
  scenarios: ['sfu', 'signaling'],
  size: 'clients',
  run: options => runScenarios({ sfu, signaling }, options),
};
