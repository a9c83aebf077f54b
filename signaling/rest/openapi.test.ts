/** The OpenAPI document: what it says is what is served, against a real kube-apiserver. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlPlane } from '@parley/local';
import { RoomKey } from '@parley/protocol';
import { definitions } from '@parley/resources';
import { eventually, startRedis } from '@parley/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secrets } from '../testing/processes.ts';
import { type RunningReplica, startReplica } from '../testing/replica.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { type OperationName, restApi } from './api.ts';
import { openApiDocument, openApiText } from './openapi.ts';

const release = new AsyncDisposableStack();
let replica: RunningReplica;

beforeAll(async () => {
  const server = release.use(await startRedis());
  const redis = release.adopt(new Redis(server.url), redis => redis.disconnect());
  const dir = await mkdtemp(join(tmpdir(), 'parley-openapi-'));
  const plane = release.adopt(await startControlPlane({ dir }), plane => plane.stop());
  await plane.apply(definitions);
  const before = process.env.KUBECONFIG;
  release.defer(() => {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  });
  process.env.KUBECONFIG = plane.kubeconfig;
  replica = release.use(await startReplica(server.url, { NEW_MEETINGS: 'open' }));
  await place(redis, readyPlacement({ key: RoomKey.parse('default/there') }));
  await eventually('readiness', async () => (await fetch(`${replica.url}/readyz`)).ok);
});
afterAll(() => release.disposeAsync());

test('docs/reference/openapi.json is what `npm run generate` makes', async () => {
  const file = new URL('../../docs/reference/openapi.json', import.meta.url);
  const there = await readFile(file, 'utf8').catch(() => '');
  expect(there === openApiText(), 'docs/reference/openapi.json is out of date: npm run generate').toBe(true);
});

test('the document is valid OpenAPI 3.1, and the one that is served', async () => {
  const response = await fetch(`${replica.url}/v1/openapi.json`);
  const document = await response.json();
  expect(document).toEqual(openApiDocument());
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
});

interface Call {
  path: string;
  body?: unknown;
  as?: 'anyone';
  status: number;
}

const missing = '/v1/rooms/default/missing';
const nobody = '00000000-0000-4000-8000-000000000000';
/** Calls of every operation, in an order in which they find what they need. */
const calls = {
  createRoom: [
    { path: '/v1/rooms', body: { name: 'made', spec: { maxParticipants: 5 } }, status: 201 },
    { path: '/v1/rooms', body: { name: 'made' }, status: 409 },
    { path: '/v1/rooms', body: { nam: 'made' }, status: 400 },
    { path: '/v1/rooms', body: { name: 'x'.repeat(70_000) }, status: 413 },
    { path: '/v1/rooms', body: {}, as: 'anyone', status: 401 },
  ],
  listRooms: [
    { path: '/v1/rooms?limit=1', status: 200 },
    { path: '/v1/rooms?limit=0', status: 400 },
  ],
  getRoom: [
    { path: '/v1/rooms/default/there', status: 200 },
    { path: missing, status: 404 },
  ],
  listParticipants: [
    { path: '/v1/rooms/default/there/participants', status: 200 },
    { path: `${missing}/participants`, status: 404 },
  ],
  muteParticipant: [
    { path: `${missing}/participants/${nobody}/mute`, status: 404 },
    { path: `/v1/rooms/default/there/participants/${nobody}/mute`, body: { sources: [] }, status: 400 },
  ],
  stopParticipantShare: [
    { path: `${missing}/participants/${nobody}/stop-share`, status: 404 },
    { path: `/v1/rooms/default/there/participants/${nobody}/stop-share`, as: 'anyone', status: 401 },
  ],
  lowerParticipantHand: [{ path: `/v1/rooms/default/there/participants/${nobody}/lower-hand`, status: 404 }],
  askParticipantToUnmute: [
    { path: `/v1/rooms/default/there/participants/${nobody}/ask-to-unmute`, status: 404 },
    {
      path: `/v1/rooms/default/there/participants/${nobody}/ask-to-unmute`,
      body: { sources: ['heart'] },
      status: 400,
    },
  ],
  banParticipant: [
    { path: `/v1/rooms/default/there/participants/${nobody}/ban`, status: 404 },
    { path: `/v1/rooms/default/there/participants/${nobody}/ban`, as: 'anyone', status: 401 },
  ],
  listBans: [
    { path: '/v1/rooms/default/there/bans', status: 200 },
    { path: `${missing}/bans`, status: 404 },
    { path: '/v1/rooms/default/there/bans', as: 'anyone', status: 401 },
  ],
  liftBan: [
    { path: `/v1/rooms/default/there/bans/${nobody}`, status: 204 },
    { path: `${missing}/bans/${nobody}`, status: 404 },
    { path: '/v1/rooms/default/there/bans/x', status: 400 },
  ],
  setParticipantRole: [
    { path: `${missing}/participants/${nobody}/role`, body: { role: 'viewer' }, status: 404 },
    { path: `/v1/rooms/default/there/participants/${nobody}/role`, body: { role: 'king' }, status: 400 },
  ],
  lockRoom: [
    { path: '/v1/rooms/default/there/lock', status: 404 },
    { path: `${missing}/lock`, status: 404 },
    { path: '/v1/rooms/default/there/lock', as: 'anyone', status: 401 },
  ],
  unlockRoom: [{ path: '/v1/rooms/default/there/unlock', status: 404 }],
  endMeeting: [
    { path: '/v1/rooms/default/there/end', status: 404 },
    { path: '/v1/rooms/default/there/end', as: 'anyone', status: 401 },
  ],
  removeParticipant: [
    { path: `/v1/rooms/default/there/participants/${nobody}`, status: 404 },
    { path: '/v1/rooms/default/there/participants/x', status: 400 },
    { path: `/v1/rooms/default/there/participants/${nobody}`, as: 'anyone', status: 401 },
  ],
  createToken: [
    { path: '/v1/rooms/default/there/tokens', body: { displayName: 'Ada' }, status: 201 },
    { path: `${missing}/tokens`, body: {}, status: 404 },
  ],
  deleteRoom: [
    { path: '/v1/rooms/default/made', status: 204 },
    { path: missing, status: 404 },
  ],
  createMeeting: [{ path: '/v1/meetings', as: 'anyone', status: 201 }],
} satisfies Record<OperationName, Call[]>;

interface Responses {
  responses: Record<string, { content?: { 'application/json': { schema: object } } } | undefined>;
}

test('every operation is in the document, and its answers are as the document says', async () => {
  const document = openApiDocument() as { paths: Record<string, Record<string, Responses>> };
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  for (const [name, list] of Object.entries<Call[]>(calls)) {
    const { method, path } = restApi[name as OperationName];
    const template = path.replace(/:(\w+)/g, '{$1}');
    const described = document.paths[template]?.[method.toLowerCase()];
    for (const call of list) {
      const response = await fetch(`${replica.url}${call.path}`, {
        method,
        headers: {
          ...(call.as !== 'anyone' && { authorization: `Bearer ${secrets.API_KEY}` }),
          ...(call.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      });
      const text = await response.text();
      const what = `${name} ${call.path}: ${response.status} ${text.slice(0, 200)}`;
      expect(response.status, what).toBe(call.status);
      const says = described?.responses[call.status];
      expect(says, `${what} is not in the document`).toBeDefined();
      if (!says?.content) {
        expect(text).toBe('');
        continue;
      }
      const pointer = [template, method.toLowerCase(), 'responses', `${call.status}`].map(part =>
        part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D'),
      );
      const schema = `document#/paths/${pointer.join('/')}/content/application~1json/schema`;
      const validate = ajv.compile({ $ref: schema });
      expect(validate(JSON.parse(text)), `${what} ${ajv.errorsText(validate.errors)}`).toBe(true);
    }
  }
});

test('the documentation comes whole from the replica, and its page may ask nobody else', async () => {
  const page = await fetch(`${replica.url}/v1/docs`);
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/https?:/);
  const html = await page.text();
  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => `${url}`);
  expect(parts.length).toBeGreaterThan(4);
  for (const part of parts) {
    const url = new URL(part, page.url);
    expect(url.origin).toBe(replica.url);
    expect((await fetch(url)).status, part).toBe(200);
  }
});
