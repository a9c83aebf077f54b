import { readFileSync } from 'node:fs';
import { controlApi } from '@parley/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, newRoom, refusalCode, request, startSfu, type TestSfu, token, urlOf } from './test-sfu.ts';

let test: TestSfu;
let base: string;
beforeAll(async () => {
  test = await startSfu();
  base = test.sfu.controlUrl;
});
afterAll(() => test?.[Symbol.asyncDispose]());

const json = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

describe('who may call', () => {
  const url = () => urlOf(base, 'describe', {});
  it.each([
    ['no header', undefined],
    ['another token', 'Bearer another-token-for-tests'],
    ['the token with more behind it', `Bearer ${token}x`],
    ['an empty token', 'Bearer '],
    ['another scheme', `Basic ${token}`],
    ['the bare token', token],
  ])('refuses %s', async (_, authorization) => {
    const answer = await request(url(), authorization === undefined ? {} : { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('lets the token in, however the scheme is written', async () => {
    expect((await request(url(), { headers: { authorization: `bearer ${token}` } })).status).toBe(200);
  });

  it('guards every call', async () => {
    for (const { method, path } of Object.values(controlApi)) {
      expect((await request(base + path, { method })).status, path).toBe(401);
    }
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['a route that is not there', '/v2/rooms', {}, 404, 'not_found'],
    [
      'a method that is not there',
      '/v1/sfu',
      { method: 'POST', headers: json, body: '{}' },
      404,
      'not_found',
    ],
    ['a URL that cannot be decoded', '/v1/rooms/%ff', {}, 400, 'bad_request'],
    [
      'an id that is no UUID',
      '/v1/rooms/etc',
      { method: 'PUT', headers: json, body: '{}' },
      400,
      'bad_request',
    ],
  ])('refuses %s', async (_, path, init, status, code) => {
    const answer = await request(base + path, init);
    expect(answer).toMatchObject({ status, json: { error: { code } } });
  });

  it.each([
    ['not JSON', '{"a', 400, 'bad_request'],
    ['an array', '[]', 400, 'bad_request'],
    ['null', 'null', 200, undefined],
    ['far too large', JSON.stringify({ a: 'x'.repeat(300_000) }), 413, 'too_large'],
  ])('answers a body that is %s', async (_, body, status, code) => {
    const answer = await request(urlOf(base, 'openRoom', { room: newRoom() }), {
      method: 'PUT',
      headers: json,
      body,
    });
    expect(answer.status).toBe(status);
    if (code) expect(answer.json).toMatchObject({ error: { code } });
  });

  it('refuses a body of another type', async () => {
    const headers = { ...json, 'content-type': 'text/plain' };
    const url = urlOf(base, 'openRoom', { room: newRoom() });
    const answer = await request(url, { method: 'PUT', headers, body: '{}' });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'bad_request' } } });
  });

  it('takes no body for an empty one', async () => {
    const url = urlOf(base, 'openRoom', { room: newRoom() });
    expect((await request(url, { method: 'PUT', headers: json })).status).toBe(200);
    expect((await request(url, { method: 'DELETE', headers: json })).status).toBe(200);
  });
});

it('serves health, readiness and metrics without rooms or participants in labels', async () => {
  const room = newRoom();
  await call(base, 'openRoom', { room }, {});
  expect(await refusalCode(call(base, 'openRoom', { room }, {}))).toBe('answered');
  expect((await request(`${base}/healthz`)).status).toBe(200);
  expect((await request(`${base}/readyz`)).json).toEqual({ ready: true });
  const { text } = await request(`${base}/metrics`);
  expect(text).toMatch(/^parley_sfu_rooms [1-9]/m);
  expect(text).toMatch(/^parley_sfu_worker_cpu_seconds_total\{port="\d+"\} /m);
  expect(text).toMatch(/^parley_sfu_control_call_seconds_count\{call="openRoom",code="ok"\} /m);
  expect(text).toMatch(/^parley_sfu_control_call_seconds_count\{call="describe",code="unauthenticated"\} /m);
  expect(text).not.toContain(room);
});

it('has a README that names every call', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  for (const [name, { method, path }] of Object.entries(controlApi)) {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\` +\\| \`${method} ${path}\``, 'm'));
  }
});
