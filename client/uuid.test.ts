import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { randomUuid } from './uuid.ts';

afterEach(() => vi.unstubAllGlobals());

it('is a UUID on any origin, and another each time', () => {
  const native = randomUuid();
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const made = Array.from({ length: 50 }, randomUuid);
  for (const uuid of [native, ...made]) expect(z.uuidv4().safeParse(uuid).success).toBe(true);
  expect(new Set(made).size).toBe(50);
});
