import { expect, test } from 'vitest';
import { Store } from './store.ts';

test('tells listeners once per change, and not without one', () => {
  const store = new Store();
  let told = 0;
  const end = store.subscribe(() => told++);
  store.update({ state: { status: 'joining', attempt: 1 }, participants: [] });
  expect(told).toBe(1);
  store.update({ ...store.snapshot });
  expect(told).toBe(1);
  end();
  store.update({ participants: [] });
  expect(told).toBe(1);
});
