import { connect } from 'node:net';
import { join } from 'node:path';
import { servePage } from '@parley/client/test';
import { createServer } from '@parley/web/server.ts';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const root = join(import.meta.dirname, '..');
const patience = { timeout: 60_000 };

/** The page as its own server gives it out, with the signaling of the cluster at its origin. */
async function serveParley(frameAncestors: string) {
  const app = await createServer({ dist: join(root, 'web/dist'), frameAncestors });
  const { hostname, port } = new URL(stack.webUrl);
  app.server.on('upgrade', (request, socket, head) => {
    const upstream = connect(Number(port), hostname);
    const names = request.rawHeaders.flatMap((name, place, all) =>
      place % 2 ? [] : `${name}: ${all[place + 1]}`,
    );
    upstream.write(`${[`GET ${request.url} HTTP/1.1`, ...names].join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
    for (const [one, other] of [[socket, upstream] as const, [upstream, socket] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, [Symbol.asyncDispose]: () => app.close() };
}

async function tokenFor(room: string, displayName: string): Promise<string> {
  const answer = await fetch(`${stack.apiUrl}/v1/rooms/default/${room}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ displayName, role: 'speaker' }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/** A window of somebody's own, which goes away with `people`. */
async function open(people: AsyncDisposableStack, url: string): Promise<Page> {
  const context = await fixture.browser.newContext();
  people.defer(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Fills in the form of the page that embeds meetings. */
async function call(page: Page, url: string, room: string, token: string): Promise<void> {
  await page.getByLabel('Parley').fill(url);
  await page.getByLabel('Room').fill(room);
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Call' }).click();
}

it('a meeting in a page of another origin, and one made of React components, meet', async () => {
  const room = 'framed';
  await makeRoom(room);
  await using intranet = await servePage(join(root, 'embed/example'), stack.webUrl);
  await using components = await servePage(join(root, 'react/example'), stack.webUrl);
  await using parley = await serveParley(new URL(intranet.url).origin);
  await using foreign = await serveParley("'self'");
  // Who goes before the servers do.
  await using people = new AsyncDisposableStack();
  const token = await tokenFor(room, 'Ann of the intranet');

  const ann = await open(people, intranet.url);
  await expectNoBarriers(ann);
  const log = ann.getByRole('log', { name: 'What happens' });
  // The same script as the server gives it to pages of other origins.
  expect(await ann.evaluate(`import('${parley.url}/embed.js').then(Object.keys)`)).toContain('embed');
  await call(ann, parley.url, room, token);
  await log.getByText('Joined as Ann of the intranet').waitFor(patience);
  await log.getByText('1 in the meeting: Ann of the intranet').waitFor(patience);
  expect(
    ann
      .frames()
      .map(frame => frame.url())
      .join(),
  ).not.toContain(token);
  expect(await ann.locator('iframe').getAttribute('title')).toBe('Video meeting');
  const frame = ann.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Mute microphone' }).waitFor(patience);
  await ann.getByRole('button', { name: 'Mute', exact: true }).click();
  await frame.getByRole('button', { name: 'Unmute microphone' }).waitFor(patience);
  await log.getByText('Microphone off').last().waitFor(patience);

  const ben = await open(people, `${components.url}?room=no-such-room`);
  const enter = async () => {
    await expectNoBarriers(ben);
    await ben.getByLabel('Your name').fill('Ben');
    await ben.getByRole('button', { name: 'Join' }).click();
  };
  await enter();
  await ben
    .getByRole('alert')
    .getByText(/no such meeting/i)
    .waitFor(patience);
  await expectNoBarriers(ben);
  await ben.goto(`${components.url}?room=${room}`);
  await enter();
  const tiles = ben.getByRole('list', { name: 'Participants' }).getByRole('listitem');
  await tiles.and(ben.getByLabel('Ann of the intranet')).getByLabel('Microphone off').waitFor(patience);
  await log.getByText('2 in the meeting: Ann of the intranet, Ben').waitFor(patience);
  await ben.getByRole('button', { name: 'Open chat' }).click();
  await ann.getByRole('button', { name: 'Say hello' }).click();
  await ben.getByRole('log', { name: 'Messages' }).getByText('Hello from the intranet').waitFor(patience);
  await ben.getByLabel('Message to everyone').fill('<b>Hello from React</b>');
  await ben.getByRole('button', { name: 'Send' }).click();
  await log.getByText('Ben: <b>Hello from React</b>').waitFor(patience);
  await expectNoBarriers(ben);
  await frame
    .getByRole('list', { name: 'Participants' })
    .getByLabel('Ben')
    .locator('video')
    .waitFor(patience);

  await ann.getByRole('button', { name: 'Hang up' }).click();
  await log.getByText('You left the meeting.').waitFor(patience);
  expect(await ann.locator('iframe').count()).toBe(0);
  await expect.poll(() => tiles.count(), patience).toBe(1);
  await ben.getByRole('button', { name: 'Leave' }).click();
  await ben.getByText('You left the meeting.').waitFor(patience);

  // Browsers show nothing of a Parley that does not let this origin embed it.
  const blocked = ann.waitForEvent('console', {
    predicate: message => /frame-ancestors/.test(message.text()),
  });
  await call(ann, foreign.url, room, token);
  await blocked;
  expect(await log.getByText(/Joined as/).count()).toBe(1);

  await kube('delete', 'room', room);
}, 240_000);
