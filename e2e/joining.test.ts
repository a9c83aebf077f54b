import { spansOf, treeOf } from '@parley/telemetry/test';
import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';
import { Wire } from './wire.ts';

const fixture = useFixture();
const { stack, kube, makeRoom, join } = fixture;
const room = 'swift';
const patienceMs = 60_000;
let ada: Person;
const guests: Person[] = [];

beforeAll(async () => {
  await makeRoom(room);
  [ada] = await join(room, ['Ada']);
  await eventually('Ada to send both', async () => {
    const sent = await ada.page.evaluate(() => window.parley?.call.stats());
    return sent?.paths.some(({ direction }) => direction === 'send');
  });
});
afterEach(async () => {
  await Promise.all(guests.splice(0).map(guest => guest.close()));
});
afterAll(async () => {
  await ada?.close();
  await kube('delete', 'room', room);
});

it('one round trip before transports connect, one that asks for everything, one that lets pictures flow', async () => {
  const wire = new Wire();
  // Nothing but the answer to `join` comes through: what is asked beside it waited for nothing else.
  wire.hold(name => name !== 'join');
  const prepare = (page: Person['page']) => wire.takeOver(page);
  const grace = await Person.open(fixture.browser, { webUrl: stack.webUrl, room, name: 'Grace', prepare });
  guests.push(grace);
  await wire.hasAsked({ join: 1, connectTransport: 1, publish: 2, subscribe: 1 });
  expect(wire.asked[0]).toBe('join');
  await eventually(
    'what Grace sends to reach the SFU',
    async () => (await grace.stats()).paths.some(({ direction }) => direction === 'send'),
    patienceMs,
  );

  // Nor does the way to what others send wait for more than what that is.
  wire.hold(name => name !== 'join' && name !== 'subscribe');
  await wire.hasAsked({ connectTransport: 2, pauseConsumers: 1 });
  await eventually(
    'Grace to see Ada',
    async () => (await grace.stats()).received.some(({ framesDecoded }) => framesDecoded > 0),
    patienceMs,
  );

  wire.hold(() => false);
  await grace.until('to be in the room', ({ status }) => status === 'joined', patienceMs);
  await ada.seesAndHears(1, patienceMs);
  const joining = ['connectTransport', 'connectTransport', 'join', 'pauseConsumers', 'publish', 'publish'];
  // In which layers pictures come, and how it goes, is said beside that, and nothing waits for the answer.
  const beside = ['setLayers', 'wantedLayers', 'reportJoin', 'reportQuality'];
  const asked = wire.asked.filter(name => !beside.includes(name));
  expect(asked.toSorted()).toEqual([...joining, 'subscribe']);

  const id = await grace.page.evaluate(() => window.parley?.call.snapshot().self?.id);
  const steps = [
    'client join',
    ...['connect', 'answer', 'transport', 'first_frame'].map(phase => `  client ${phase}`),
    ...['join', 'connectTransport', 'publish', 'subscribe'].map(name => `  signaling signaling.${name}`),
    '    signaling redis.join',
    '      sfu sfu.openRoom',
    ...['createWebRtcTransport', 'connect', 'produce', 'consume'].map(
      step => `        sfu mediasoup.${step}`,
    ),
  ];
  let tree: string[] = [];
  await eventually('one trace from the click to the first picture', async () => {
    const spans = await spansOf(stack.collector, `default/${room}`);
    const click = spans.find(
      ({ service, name, attributes }) =>
        service === 'client' && name === 'join' && attributes['parley.participant'] === id,
    );
    tree = treeOf(spans.filter(({ traceId }) => traceId === click?.traceId));
    return steps.every(step => tree.includes(step));
  }).catch(() => {});
  expect(tree).toEqual(expect.arrayContaining(steps));
}, 240_000);
