import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';
import { Wire } from './wire.ts';

const { kube, makeRoom, join } = useFixture();
const patienceMs = 60_000;

/** What a person has decoded of the others' pictures so far, and over which transports. */
async function received(person: Person) {
  const { received, paths } = await person.stats();
  const frames = received.filter(({ source }) => source === 'camera').map(one => one.framesDecoded);
  const ways = paths.map(({ direction, local, remote, protocol }) => ({
    direction,
    local,
    remote,
    protocol,
  }));
  return { frames: frames.reduce((sum, one) => sum + one, 0), paths: ways };
}

it('S6 G2 whose signaling connection is cut goes on seeing, and hears the difference when it is back', async () => {
  const room = 'mended';
  await makeRoom(room, { topology: 'SFU' });
  const wire = new Wire();
  const [[ada], [grace]] = await Promise.all([
    join(room, ['Ada'], { microphone: false, prepare: page => wire.takeOver(page) }),
    join(room, ['Grace']),
  ]);
  await eventually('Ada to see Grace', async () => (await received(ada)).frames > 0, patienceMs);
  const asked = wire.asked.length;

  wire.cut();
  await ada.until('to notice', ({ status }) => status === 'reconnecting', patienceMs);
  const before = await received(ada);
  // The room changes meanwhile: Grace is muted, which nobody can tell Ada.
  await grace.page.evaluate(() => window.parley?.call.setPaused('microphone', true));
  await eventually('pictures to go on', async () => (await received(ada)).frames > before.frames, patienceMs);
  expect((await ada.others())[0]?.media.microphone?.paused).toBe(false);

  wire.mend();
  await ada.until('to be back', ({ status }) => status === 'joined', patienceMs);
  await eventually('Ada to see that Grace is muted', async () => {
    return (await ada.others())[0]?.media.microphone?.paused;
  });
  const [{ value }] = wire.resumed as [{ value: { events?: { type: string }[]; snapshot?: unknown } }];
  expect(value).not.toHaveProperty('snapshot');
  expect(value.events?.map(({ type }) => type)).toContain('producerPaused');
  // The media were left alone: nothing was made anew, and what was counted goes on.
  const makes = ['join', 'resume', 'renewMedia', 'connectTransport', 'restartIce', 'publish', 'subscribe'];
  expect(wire.asked.slice(asked).filter(name => makes.includes(name))).toEqual(['resume']);
  const after = await received(ada);
  expect(after.paths).toEqual(before.paths);
  expect(after.frames).toBeGreaterThan(before.frames);

  await Promise.all([ada, grace].map(person => person.close()));
  await kube('delete', 'room', room);
}, 240_000);
