import { useEffect, useState } from 'react';
import { Bridge } from './bridge.ts';
import { EmbedSettings, type Greeted, readGreeting } from './greeting.ts';
import { takeFromParent } from './parent.ts';

/** How long the embedding page may take to greet, in ms. */
const patienceMs = 10_000;

export type Greeting =
  | { status: 'waiting' }
  | { status: 'greeted'; options: Greeted['options']; bridge: Bridge }
  /** Nobody who may has greeted. */
  | { status: 'alone' };

/** Waits for the page around this one; only its first greeting counts. */
export function useGreeting(): Greeting {
  const [greeting, setGreeting] = useState<Greeting>({ status: 'waiting' });
  useEffect(() => {
    const gone = new AbortController();
    void greeted(AbortSignal.any([gone.signal, AbortSignal.timeout(patienceMs)])).then(answer => {
      if (gone.signal.aborted) return;
      setGreeting(
        answer
          ? { status: 'greeted', options: answer.options, bridge: new Bridge(answer.port) }
          : { status: 'alone' },
      );
    });
    return () => gone.abort();
  }, []);
  return greeting;
}

async function greeted(until: AbortSignal): Promise<Greeted | undefined> {
  try {
    const answer = await fetch('/_embed.json', { signal: until });
    const { frameAncestors } = EmbedSettings.parse(await answer.json());
    const { promise, resolve, reject } = Promise.withResolvers<Greeted>();
    let answered = false;
    const end = takeFromParent(message => {
      const read = answered ? undefined : readGreeting(message, frameAncestors, window.location.origin);
      if (!read) return;
      answered = true;
      resolve(read);
    });
    until.addEventListener('abort', () => reject(until.reason));
    return await promise.finally(end);
  } catch {
    return undefined;
  }
}
