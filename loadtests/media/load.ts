import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd, type CrowdOrders, type CrowdStatus } from './crowd.ts';
import { type CrowdSize, planCrowd } from './plan.ts';
import { type CrowdReport, type MediaSummary, type PersonReport, summarise } from './summary.ts';

const progressEveryMs = 1_000;

export interface MediaLoad extends Omit<CrowdOrders, 'people'>, CrowdSize {
  /** How long all talk once everybody is in. */
  seconds: number;
  /** Takes a line of progress a second. */
  say(line: string): void;
  /** Called when nothing flows any more and everybody is still there, for a look at the servers. */
  beforeLeaving?(): Promise<void>;
  /** Ends the load early: people leave, and what was measured is reported. */
  signal: AbortSignal;
}

export interface MediaResult {
  summary: MediaSummary;
  people: PersonReport[];
  /** Whether it was ended early. */
  stopped: boolean;
}

/** People in processes of their own join rooms, send and receive for a while, and leave. @throws Error if a process dies */
export async function runMediaLoad(load: MediaLoad): Promise<MediaResult> {
  const { url, clips, watch, joinWithinMs, tokens, signal } = load;
  await using stack = new AsyncDisposableStack();
  const shares = planCrowd(load);
  const crowds = shares.map(people => ({ people, crowd: stack.use(new Crowd()) }));
  const every = <T>(call: (crowd: Crowd) => Promise<T>) =>
    Promise.all(crowds.map(({ crowd }) => call(crowd)));
  const planned = shares.flat().length;
  const reporting = tellProgress(planned, () => every(crowd => crowd.call('status')), load.say);
  let reports: CrowdReport[];
  try {
    const came = Promise.all(
      crowds.map(({ people, crowd }) =>
        crowd.call('come', { url, clips, watch, joinWithinMs, tokens, people }),
      ),
    );
    await orStopped(came, signal);
    if (!signal.aborted) {
      load.say(`All have come; they talk for ${load.seconds} s.`);
      await sleep(load.seconds * 1_000, undefined, { signal }).catch(() => {});
    }
    await every(crowd => crowd.call('fallSilent'));
    reports = await every(crowd => crowd.call('report'));
    await load.beforeLeaving?.();
    // Those who were still on their way hear that it is over.
    await every(crowd => crowd.call('leave'));
    await came;
  } finally {
    reporting.stop();
  }
  return {
    // Who came last has not been heard of when it ends early.
    summary: summarise(reports, signal.aborted ? undefined : watch),
    people: reports.flatMap(({ people }) => people),
    stopped: signal.aborted,
  };
}

/** Resolves when it is done, or at once when it is to stop. @throws what it throws before that */
async function orStopped(done: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([done, promise]);
  signal.removeEventListener('abort', stop);
}

function tellProgress(planned: number, ask: () => Promise<CrowdStatus[]>, say: (line: string) => void) {
  const began = performance.now();
  let before = 0;
  const timer = setInterval(async () => {
    const all = await ask().catch(() => undefined);
    if (!all) return;
    const sum = (of: keyof CrowdStatus) => all.reduce((total, one) => total + one[of], 0);
    const seconds = Math.round((performance.now() - began) / 1_000);
    const [joined, failed, received, lost] = [sum('joined'), sum('failed'), sum('received'), sum('lost')];
    say(
      `${seconds} s: ${joined} of ${planned} in, ${failed} failed; ${received - before} packets received, ${lost} lost in all`,
    );
    before = received;
  }, progressEveryMs);
  return { stop: () => clearInterval(timer) };
}
