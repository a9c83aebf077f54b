import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { scrape } from './metrics.ts';
import type { Person } from './person.ts';

const { kube, stack, makeRoom, join } = useFixture();

describe('a meeting of three', () => {
  const room = 'meeting';
  let ada: Person;
  let grace: Person;
  let joan: Person;

  beforeAll(async () => {
    // Tests before this one kill replicas.
    const replicas = ['-n', 'parley-system', '-l', 'app.kubernetes.io/component=signaling'];
    await kube('wait', 'pods', ...replicas, '--for=condition=Ready', '--timeout=60s');
    await makeRoom(room, { displayName: 'A meeting' });
    [ada, grace, joan] = await join(room, ['Ada', 'Grace', 'Joan']);
  });
  afterAll(async () => {
    await Promise.all([ada, grace, joan].map(person => person?.close()));
    await kube('delete', 'room', room);
  });

  it('lets everyone see and hear everyone', async () => {
    await Promise.all([ada, grace, joan].map(person => person.seesAndHears(2)));
    const tiles = await ada.page.getByRole('list', { name: 'Participants' }).getByRole('listitem').count();
    expect(tiles).toBe(3);
  });

  it('spreads them over both signaling replicas', async () => {
    const replicas = stack.prometheusTargets
      .filter(target => target.labels.component === 'signaling')
      .flatMap(target => target.targets);
    const sockets = await Promise.all(replicas.map(address => scrape(address, 'parley_signaling_sockets')));
    expect(sockets).toHaveLength(2);
    expect(Math.min(...sockets)).toBeGreaterThan(0);
  });

  it('says how well they hear and see each other, and how they joined', async () => {
    const replicas = stack.prometheusTargets
      .filter(target => target.labels.component === 'signaling')
      .flatMap(target => target.targets);
    const figure = async (name: string) => {
      const found = await Promise.all(replicas.map(address => scrape(address, `parley_call_${name}`)));
      return found.reduce((sum, one) => sum + one, 0);
    };
    for (const name of ['round_trip_seconds', 'available_bits_per_second']) {
      await eventually(name, async () => (await figure(`${name}_count`)) > 0);
    }
    // On a machine that is busy, not every report is a good one.
    for (const name of ['audio_mos', 'video_score']) {
      await eventually(`${name} above 4`, async () => {
        const worse = await figure(`${name}_bucket{le="4",pool="default"}`);
        return (await figure(`${name}_count`)) > worse;
      });
    }
    for (const phase of ['connect', 'answer', 'transport', 'first_frame']) {
      const name = `join_phase_seconds_count{pool="default",phase="${phase}"}`;
      await eventually(phase, async () => (await figure(name)) > 0);
    }
    const path = 'path_seconds_total{pool="default",candidate_type="host",protocol="udp",via="sfu"}';
    const reflexive = path.replace('host', 'prflx');
    expect((await figure(path)) + (await figure(reflexive))).toBeGreaterThan(0);
    expect(await figure('reports_total{kind="quality",outcome="invalid"}')).toBe(0);
    expect(await figure('reports_total{kind="join",outcome="invalid"}')).toBe(0);
  });

  it('shows the meeting in kubectl get rooms and in its pool', async () => {
    await eventually(
      '3 participants in the Room, and how well their call goes',
      async () =>
        /^3 \d+$/.test(
          await kube('get', 'room', room, '-o', 'jsonpath={.status.participants} {.status.quality}'),
        ),
      30_000,
    );
    const rooms = await kube('get', 'rooms,mediapools', '-o', 'wide');
    expect(rooms).toMatch(/room\.parley\.dev\/meeting +Ready +3 +default-sfu-\S+ +\d+ +http:/);
    expect(rooms).toMatch(/mediapool\.parley\.dev\/default +True/);
  });

  it('shows the others who is muted', async () => {
    await ada.page.getByRole('button', { name: 'Mute microphone' }).click();
    await Promise.all(
      [grace, joan].map(person =>
        person.page
          .locator('[data-testid=tile][aria-label=Ada]')
          .getByRole('img', { name: 'muted' })
          .waitFor(),
      ),
    );
    await ada.page.getByRole('button', { name: 'Unmute microphone' }).click();
    await eventually('Grace to see Ada unmuted', async () =>
      (await grace.others()).some(other => other.name === 'Ada' && other.media.microphone?.paused === false),
    );
  });

  it('shows the others whose camera is off, and its picture again', async () => {
    const seenByGrace = async () => (await grace.others()).find(other => other.name === 'Ada')?.media.camera;
    await ada.page.getByRole('button', { name: 'Turn camera off' }).click();
    await eventually('Grace to see that it is off', async () => (await seenByGrace())?.paused !== false);
    await ada.page.getByRole('button', { name: 'Turn camera on' }).click();
    await eventually('Grace to see that it is on', async () => (await seenByGrace())?.paused === false);
    await grace.seesAndHears(2);
  });

  it('shows the others who left, at once', async () => {
    await joan.page.getByRole('button', { name: 'Leave' }).click();
    await joan.until('to have left', state => state.status === 'ended');
    await Promise.all(
      [ada, grace].map(person =>
        eventually(
          `${person.name} to see Joan gone`,
          async () => (await person.others()).length === 1,
          2_000,
        ),
      ),
    );
  });
});
