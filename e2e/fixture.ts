import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { launchBrowser } from './browser.ts';
import type { SharedStack } from './global-setup.ts';
import { type Kubectl, kubectl, roomManifest } from './kubectl.ts';
import { type JoinSettings, Person } from './person.ts';

/** What a test file works with: the shared cluster, and a browser that is closed after the file's tests. */
export interface Fixture {
  readonly stack: SharedStack;
  readonly kube: Kubectl;
  readonly browser: Browser;
  /** Applies a Room in the namespace `default` and waits until it can be joined. */
  makeRoom(name: string, spec?: object): Promise<void>;
  /** Applies a MediaPool of one SFU, where `spec` does not say otherwise, and waits until it is whole. */
  makePool(name: string, spec?: object): Promise<void>;
  /** Joins everybody at once, each in a window of their own. */
  join<const Names extends readonly string[]>(
    room: string,
    names: Names,
    settings?: Partial<JoinSettings>,
  ): Promise<{ [N in keyof Names]: Person }>;
}

/** To be called at the top of a test file. `browserArgs` are for Chromium. */
export function useFixture(browserArgs: readonly string[] = []): Fixture {
  const stack = inject('stack');
  const kube = kubectl(stack.kubeconfig);
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser(browserArgs);
  });
  afterAll(() => browser?.close());
  const running = () => {
    if (!browser) throw new Error('The browser runs only while tests do.');
    return browser;
  };
  return {
    stack,
    kube,
    get browser() {
      return running();
    },
    async makeRoom(name, spec) {
      await kube.apply(roomManifest(name, spec));
      await kube('wait', `room/${name}`, '--for=condition=Ready', '--timeout=20s');
    },
    async makePool(name, spec) {
      await kube.apply({
        apiVersion: 'parley.dev/v1alpha1',
        kind: 'MediaPool',
        metadata: { name },
        spec: { minimum: 1, maximum: 1, drainSeconds: 1, sfu: { workers: 1 }, ...spec },
      });
      await kube('wait', `mediapool/${name}`, '--for=condition=Ready', '--timeout=40s');
    },
    async join<const Names extends readonly string[]>(
      room: string,
      names: Names,
      settings?: Partial<JoinSettings>,
    ) {
      const people = names.map(name =>
        Person.join(running(), { webUrl: stack.webUrl, room, name, ...settings }),
      );
      return (await Promise.all(people)) as { [N in keyof Names]: Person };
    },
  };
}
