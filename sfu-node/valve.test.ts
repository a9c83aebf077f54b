import { expect, test } from 'vitest';
import { Valve } from './valve.ts';

/** A consumer that notes what it is told. */
function consumer(paused = false) {
  const told: string[] = [];
  const note = (what: string) => async () => void told.push(what);
  return { told, of: { paused, pause: note('pause'), resume: note('resume') } };
}

test('is shut as long as anything keeps it shut, and tells the consumer changes alone', () => {
  const { told, of } = consumer();
  const valve = new Valve(of);
  valve.set('quiet', true);
  valve.set('quiet', true);
  valve.set('silent', true);
  valve.set('quiet', false);
  expect(told).toEqual(['pause']);
  valve.set('silent', false);
  valve.set('silent', false);
  expect(told).toEqual(['pause', 'resume']);
});

test('begins as the consumer is, and passes over that it is gone', () => {
  const { told, of } = consumer(true);
  const gone = { ...of, resume: async () => Promise.reject(new Error('It is gone.')) };
  new Valve(gone).set('quiet', true);
  new Valve(gone).set('quiet', false);
  expect(told).toEqual([]);
});
