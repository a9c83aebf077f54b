import type { Benchmark, Measured } from '../benchmark.ts';
import { burst } from './burst.ts';
import { failover } from './failover.ts';
import { idle } from './idle.ts';

const scenarios = { burst, idle, failover };

/** The operator against a real API server. */
export const operator: Benchmark = {
  name: 'operator',
  what: 'how fast Rooms become Ready, what idle ones cost, how long nobody acts when the leader dies',
  scenarios: Object.keys(scenarios),
  async run(options) {
    const all: Measured = { figures: [], programs: {} };
    for (const [name, scenario] of Object.entries(scenarios)) {
      if (options.only && !options.only.includes(name)) continue;
      const { figures, programs } = await scenario(options);
      all.figures.push(...figures);
      Object.assign(all.programs, programs);
    }
    return all;
  },
};
