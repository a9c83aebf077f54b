import { randomUUID } from 'node:crypto';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { roomManifest } from './kubectl.ts';
import { Person } from './person.ts';
import { connectRaw } from './raw-client.ts';

const fixture = useFixture();
const { kube, stack, makeRoom, join } = fixture;

describe('a Room with an impossible spec', () => {
  it('is refused with a reason and a sentence, gets no pods, and recovers when it is fixed', async () => {
    const pods = () => kube('get', 'pods', '-A', '--no-headers', '-o', 'custom-columns=N:.metadata.name');
    const before = await pods();
    await kube.apply(roomManifest('impossible', { maxParticipants: 900 }));
    await kube('wait', 'room/impossible', '--for=condition=Accepted=False', '--timeout=10s');

    const room = JSON.parse(await kube('get', 'room', 'impossible', '-o', 'json'));
    const accepted = room.status.conditions.find(
      (condition: { type: string }) => condition.type === 'Accepted',
    );
    expect(accepted.reason).toBe('TooLargeForPool');
    expect(accepted.message).toMatch(/900.*200/);
    expect(room.status.phase).toBe('Rejected');
    await eventually('the event in kubectl describe', async () =>
      /Warning +TooLargeForPool/.test(await kube('describe', 'room', 'impossible')),
    );
    expect(await pods()).toBe(before);

    await makeRoom('impossible', { maxParticipants: 10 });
    await kube('delete', 'room', 'impossible');
  });

  it('is refused too where an API server without CEL let it through', async () => {
    const silent = { media: { audio: false, video: false, screen: false } };
    const applied = await kube.apply(roomManifest('silent', silent)).catch((error: Error) => error.message);
    if (applied.includes('a room has to allow audio, video or screen')) return;
    await kube('wait', 'room/silent', '--for=condition=Accepted=False', '--timeout=10s');
    expect(await kube('describe', 'room', 'silent')).toContain('a room has to allow audio, video or screen');
    await kube('delete', 'room', 'silent');
  });
});

describe('joins that are refused leave a call of others alone', () => {
  const room = 'steady';
  let ada: Person;
  let grace: Person;
  let restartsBefore: string;
  const restarts = () =>
    kube(
      'get',
      'pods',
      '-A',
      '-o',
      'custom-columns=N:.metadata.name,R:.status.containerStatuses[*].restartCount',
    );

  beforeAll(async () => {
    restartsBefore = await restarts();
    await makeRoom(room, { maxParticipants: 3 });
    [ada, grace] = await join(room, ['Ada', 'Grace']);
    await ada.seesAndHears(1);
  });
  afterAll(async () => {
    await Promise.all([ada, grace].map(person => person?.close()));
    await kube('delete', 'room', room);
  });

  const refusal = async (target: string, token?: string) => {
    const person = await Person.open(fixture.browser, {
      webUrl: stack.webUrl,
      room: target,
      name: 'Mallory',
      ...(token ? { token } : {}),
    });
    await person.until('to be refused', state => state.status === 'refused');
    const code = await person.page.evaluate(() => {
      const state = window.parley?.call.snapshot().state;
      return state?.status === 'refused' ? state.error.code : undefined;
    });
    await person.page.getByRole('heading').first().waitFor();
    await person.close();
    return code;
  };

  it('a room that does not exist', async () => {
    expect(await refusal('nowhere')).toBe('room_not_found');
  });

  it('a room that is full', async () => {
    using third = await connectRaw(stack.webUrl);
    expect(await third.request('join', { room, displayName: 'Joan' })).toMatchObject({ ok: true });
    expect(await refusal(room)).toBe('room_full');
    await third.request('leave', {});
  });

  it('a room that is being deleted', async () => {
    await makeRoom('leaving');
    await kube(
      'patch',
      'room',
      'leaving',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":["parley.dev/room","test/hold"]}}',
    );
    await kube('delete', 'room', 'leaving', '--wait=false');
    await kube('wait', 'room/leaving', '--for=jsonpath={.status.phase}=Ending', '--timeout=10s').catch(() =>
      eventually('phase Ending', async () => (await kube('get', 'room', 'leaving')).includes('Ending')),
    );
    expect(await refusal('leaving')).toBe('room_ended');
    await kube('patch', 'room', 'leaving', '--type=merge', '-p', '{"metadata":{"finalizers":[]}}');
  });

  it('a missing, a bad and an expired token', async () => {
    await makeRoom('private', { access: 'Token' });
    const token = async (expiresInSeconds: number) => {
      const response = await fetch(`${stack.apiUrl}/v1/rooms/default/private/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ displayName: 'Joan', expiresInSeconds }),
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as { token: string }).token;
    };
    expect(await refusal('private')).toBe('unauthenticated');
    expect(await refusal('private', 'not.a.token')).toBe('unauthenticated');

    const short = await token(1);
    const answer = await eventually('the token to expire', async () => {
      using client = await connectRaw(stack.webUrl);
      const answer = await client.request('join', { room: 'private', displayName: 'Joan', token: short });
      if (answer.ok) await client.request('leave', {});
      return !answer.ok && answer;
    });
    expect(answer.error.code).toBe('token_expired');

    const [joan] = await join('private', ['Joan'], { token: await token(60) });
    await joan.close();
    await kube('delete', 'room', 'private');
  });

  it('malformed and oversized messages, a display name of 10,000 emoji, DTLS parameters with no fingerprint', async () => {
    using client = await connectRaw(stack.webUrl);
    const code = async (name: string, body: unknown) => {
      const answer = await client.request(name, body);
      return answer.ok ? 'ok' : answer.error.code;
    };
    expect(await code('join', 'hello')).toBe('bad_request');
    expect(await code('join', { room: { $ne: null }, displayName: 7 })).toBe('bad_request');
    expect(await code('join', { room, displayName: '🎉'.repeat(10_000) })).toBe('bad_request');
    expect(await code('join', { room, displayName: 'x'.repeat(200_000) })).toBe('too_large');
    expect(await code('publish', { producerId: randomUUID() })).toMatch(/bad_request|not_joined/);
    expect(await code('no-such-request', {})).toBe('bad_request');

    const joined = await client.request('join', { room, displayName: 'Mallory' });
    if (!joined.ok) throw new Error(joined.error.message);
    const media = joined.value.media as { send: { id: string } };
    expect(
      await client.request('connectTransport', {
        transportId: media.send.id,
        dtlsParameters: { role: 'client', fingerprints: [] },
      }),
    ).toMatchObject({ ok: false, error: { code: 'bad_request', path: 'dtlsParameters.fingerprints' } });
    expect(await code('leave', {})).toBe('ok');
  });

  it('and after all that, the others still see and hear each other', async () => {
    await Promise.all([ada.seesAndHears(1), grace.seesAndHears(1)]);
    expect(await restarts()).toBe(restartsBefore);
  });
});
