import { type Benchmark, runScenarios } from '../benchmark.ts';
import { failover } from './failover.ts';
import { fanout } from './fanout.ts';
import { joins } from './joins.ts';
import { memory } from './memory.ts';
import { messages } from './messages.ts';

const scenarios = { joins, fanout, messages, memory, failover };

/** Two replicas against real Redis and a real SFU, and a bare Socket.IO server beside them. */
export const signaling: Benchmark = {
  name: 'signaling',
  what: 'how fast people join and hear of each other, at what cost, and how long a killed replica is felt',
  scenarios: Object.keys(scenarios),
  size: 'clients',
  run: options => runScenarios(scenarios, options),
};
