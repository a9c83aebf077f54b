import { eventually, RoughNetwork } from '@parley/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { type JoinSettings, Person } from './person.ts';
import { leadThrough } from './rough.ts';
import { Wire } from './wire.ts';

const fixture = useFixture();
const { kube, stack, makeRoom } = fixture;

const room = 'honest';
const patienceMs = 90_000;
/** On a machine that is busy with other things. */
const longest = { timeout: 240_000 };
/** Ben's way to the server, in both directions. */
const network = new RoughNetwork(7);
const wire = new Wire();
let ada: Person;
let ben: Person;

/** Who meets on a machine that is busy may need long to be in. */
async function enter(name: string, settings: Partial<JoinSettings> = {}): Promise<Person> {
  const person = await Person.open(fixture.browser, { webUrl: stack.webUrl, room, name, ...settings });
  await person.until('to be in the room', ({ status }) => status === 'joined', patienceMs);
  return person;
}

beforeAll(async () => {
  // Two who reach each other directly would have no server between them.
  await makeRoom(room, { topology: 'SFU' });
  ada = await enter('Ada');
  ben = await enter('Ben', {
    prepare: async page => {
      await wire.takeOver(page);
      await leadThrough(page, network);
    },
  });
  await Promise.all([ada, ben].map(person => person.seesAndHears(1, patienceMs)));
}, 240_000);
afterAll(async () => {
  await Promise.all([ada, ben].map(person => person?.close()));
  await network[Symbol.asyncDispose]();
  await kube('delete', 'room', room);
});

const banner = (page: Page, name: string) => page.locator(`[data-banner=${name}]`);
const badgeOf = (page: Page, name: string) =>
  page.getByRole('listitem', { name, exact: true }).getByTestId('quality');
const reducedFor = ({ page }: Person) => page.evaluate(() => window.parley?.call.quality.snapshot().reduced);
const full = { receive: 'full', send: 'full', allowed: true };
const soon = { timeout: patienceMs };

it(
  'the statistics say how media travel, what comes of whom, and how long joining took, and are copied without names',
  longest,
  async () => {
    // Whose first picture is there when he comes.
    const { page } = ben;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Statistics', exact: true }).click();
    const stats = page.getByTestId('stats');
    await stats.getByText('Through the server (UDP)').waitFor(soon);
    const adaIn = stats.getByRole('region', { name: 'Ada', exact: true });
    await adaIn.getByText('VP8').waitFor(soon);
    await adaIn.getByText('opus').waitFor(soon);
    await stats
      .getByRole('region', { name: 'Sent' })
      .getByText(/bit\/s/)
      .first()
      .waitFor(soon);
    const steps = stats.getByRole('region', { name: 'From the click to the first picture' });
    await expect
      .poll(() => steps.getByRole('definition').allTextContents(), soon)
      .toEqual([
        ...Array(4).fill(expect.stringMatching(/^[\d,]+ ms$/)),
        expect.stringMatching(/^([\d,]+ ms|not measured)$/),
      ]);

    await stats.getByRole('button', { name: 'Copy for a report' }).click();
    await stats.getByText('Copied').waitFor(soon);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).not.toMatch(/Ada|Ben|honest|127\.0\.0\.1|[0-9a-f]{8}-[0-9a-f]{4}/);
    const { paths, joinMs, received } = JSON.parse(copied);
    expect(paths[0]).toMatchObject({ via: 'sfu', protocol: 'udp', roundTripMs: expect.any(Number) });
    // A first picture that takes longer than 15 s is not waited for.
    const { connected, answered, mediaConnected, firstFrame = Number.POSITIVE_INFINITY } = joinMs;
    expect([connected, answered, mediaConnected, firstFrame]).toEqual(
      [connected, answered, mediaConnected, firstFrame].toSorted((one, other) => one - other),
    );
    expect(received.map(({ person }: { person: string }) => person)).toContain('person 1');
    await page.getByRole('button', { name: 'Close the statistics' }).click();
    await expect.poll(() => stats.count()).toBe(0);
  },
);

it(
  'on a bad network both see whose it is; pictures are reduced with a word, and come back by themselves',
  longest,
  async () => {
    const theirNetwork = ada.page.getByLabel(/connection: their network$/);
    await network.be({ loss: 0.3 });
    await Promise.all([
      ben.page.getByRole('img', { name: /^Your network is/ }).waitFor(soon),
      ben.page
        .getByRole('status')
        .filter({ hasText: /^Your network is slow|hardly carries/ })
        .waitFor(soon),
      badgeOf(ada.page, 'Ben')
        .and(ada.page.getByLabel(/connection: their network$/))
        .waitFor(soon),
      badgeOf(ben.page, 'Ada')
        .and(ben.page.getByLabel(/connection: your network$/))
        .waitFor(soon),
    ]);
    const isSmaller = async () => (await reducedFor(ben))?.send !== 'full';
    await eventually('Ben’s camera to be sent smaller', isSmaller, patienceMs);
    // Before she heard whose network it is she may have received less.
    const isFull = async () => JSON.stringify(await reducedFor(ada)) === JSON.stringify(full);
    await eventually('Ada to go without a reduction', isFull, patienceMs);

    await network.be({});
    await banner(ben.page, 'better').waitFor(soon);
    expect(await reducedFor(ben)).toEqual(full);
    // How well he is seen on a busy machine is another matter.
    await badgeOf(ada.page, 'Ben')
      .and(theirNetwork)
      .waitFor({ state: 'detached', ...soon });
  },
);

it('who does not want reduced pictures has them back at once', longest, async () => {
  await network.be({ loss: 0.3 });
  await ben.page.getByRole('button', { name: 'Full pictures' }).click(soon);
  await eventually('all pictures', async () => (await reducedFor(ben))?.send === 'full');
  expect((await reducedFor(ben))?.allowed).toBe(false);
  await network.be({});
  await banner(ben.page, 'reduced').waitFor({ state: 'detached', ...soon });
});

it('whose network goes is told so, and that it is back', longest, async () => {
  const { page } = ben;
  await page.context().setOffline(true);
  await page.getByText('There is no network.').waitFor(soon);
  const again = page.getByText('Connected again').first().waitFor(soon);
  await page.context().setOffline(false);
  await again;
  await ben.until('to be in', ({ status }) => status === 'joined', patienceMs);
});

it(
  'a laptop that was closed for longer than the server waits is back in the room without a click, its camera on',
  longest,
  async () => {
    const { page } = ben;
    const lifecycle = await page.context().newCDPSession(page);
    const bens = () => ada.page.getByRole('listitem', { name: 'Ben', exact: true });
    // Nothing of the page runs, nothing comes and goes.
    await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
    wire.cut();
    await network.change();
    await bens().waitFor({ state: 'detached', ...soon });

    wire.mend();
    const again = banner(page, 'recovered').waitFor(soon);
    await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
    await page.bringToFront();
    await again;
    await bens().waitFor(soon);
    expect((await ada.others()).map(({ name }) => name)).toEqual(['Ben']);
    await eventually('Ben’s camera', async () => (await ada.others())[0]?.media.camera?.playable, patienceMs);
    await Promise.all([ada, ben].map(person => person.seesAndHears(1, patienceMs)));
  },
);

it(
  'who is relayed is told so, until they have read it; a page that was kept away is loaded anew',
  longest,
  async () => {
    const cyd = await enter('Cyd', { relay: 'udp', microphone: false });
    const { page } = cyd;
    await banner(page, 'relayed').getByRole('button', { name: 'Close' }).click(soon);
    await banner(page, 'relayed').waitFor({ state: 'detached' });

    const loaded = page.waitForEvent('load', soon);
    await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    await loaded;
    await cyd.close();
  },
);
