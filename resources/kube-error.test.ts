import { expect, test } from 'vitest';
import { isStatus, KubeError } from './index.ts';

test('a refusal of the API server is read from its metav1.Status', () => {
  const body = JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'rooms "x" not found' });
  const error = KubeError.fromAnswer(404, body, '3');
  expect(error).toMatchObject({ status: 404, reason: 'NotFound', retryAfterSeconds: 3 });
  expect(error.message).toBe('rooms "x" not found');
  expect(isStatus(error, 404)).toBe(true);
  expect(isStatus(error, 409)).toBe(false);
  expect(isStatus(new Error('404'), 404)).toBe(false);
});

test.each([
  ['429 Too Many Requests', '429 Too Many Requests'],
  ['', 'The API server answered 429.'],
])('a refusal that says %o instead is taken as it is', (body, message) => {
  const error = KubeError.fromAnswer(429, body, 'Wed, 21 Oct 2026 07:28:00 GMT');
  expect(error).toMatchObject({ reason: 'Unknown', message, retryAfterSeconds: undefined });
});
