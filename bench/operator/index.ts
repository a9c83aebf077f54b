import { type Benchmark, runScenarios } from '../benchmark.ts';
import { burst } from './burst.ts';
import { failover } from './failover.ts';
import { idle } from './idle.ts';

const scenarios = { burst, idle, failover };

/** The operator against a real API server. */
export const operator: Benchmark = {
  name: 'operator',
  what: 'how fast Rooms become Ready, what idle ones cost, how long nobody acts when the leader dies',
  scenarios: Object.keys(scenarios),
  size: 'rooms',
  run: options => runScenarios(scenarios, options),
};
