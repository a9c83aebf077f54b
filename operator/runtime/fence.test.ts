import { expect, test } from 'vitest';
import { mayRetry } from './error.ts';
import { Fence, NotLeadingError, openFence } from './fence.ts';

const write = async () => 'done';

test('lets nothing through before it was opened, and what begins in time after that', async () => {
  let now = 0;
  const fence = new Fence(() => now);
  await expect(fence.guard(write)).rejects.toThrow(NotLeadingError);
  fence.openUntil(5_000, 8_000);
  now = 4_999;
  expect(await fence.guard(async ({ timeoutMs }) => timeoutMs)).toBe(3_001);
  now = 5_000;
  expect(fence.isOpen).toBe(false);
  await expect(fence.guard(write)).rejects.toThrow('its lease was not renewed in time');
  fence.openUntil(9_000, 12_000);
  expect(await fence.guard(write)).toBe('done');
});

test('closing aborts what is under way and is for ever', async () => {
  const fence = openFence();
  const underWay = fence.guard(
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket hang up')))),
  );
  fence.close('another leads');
  await expect(underWay).rejects.toThrow('This operator may not act: another leads');
  fence.openUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  await expect(fence.guard(write)).rejects.toMatchObject({ code: 'not_leading' });
});

test('a refusal of the fence is not tried again', () => {
  expect(mayRetry(new NotLeadingError('another leads'))).toBe(false);
});

test('an error of the write itself passes', async () => {
  await expect(openFence().guard(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
