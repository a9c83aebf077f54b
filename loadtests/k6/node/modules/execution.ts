/** `k6/execution` on Node, as far as the scenarios use it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What a virtual user is told of itself. */
export interface Execution {
  readonly idInTest: number;
  readonly scenario: string;
  /** In ms since 1970. */
  readonly startTime: number;
}

export const executions = new AsyncLocalStorage<Execution>();

function current(): Execution {
  const execution = executions.getStore();
  if (!execution) throw new Error('k6/execution says nothing outside of an iteration.');
  return execution;
}

export default {
  vu: {
    get idInTest() {
      return current().idInTest;
    },
  },
  scenario: {
    get name() {
      return current().scenario;
    },
    get startTime() {
      return current().startTime;
    },
  },
};
