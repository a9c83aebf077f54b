import { eventually } from '@parley/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { launchBrowser } from './browser.ts';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';

const fixture = useFixture(['--use-fake-device-for-media-stream=device-count=4']);
const { kube, makeRoom, stack } = fixture;
const { webUrl } = stack;
const room = 'before-joining';
const browsers: Browser[] = [];

beforeAll(() => makeRoom(room));
afterAll(async () => {
  await Promise.all(browsers.map(browser => browser.close()));
  await kube('delete', 'room', room);
});

async function otherBrowser(...settings: Parameters<typeof launchBrowser>): Promise<Browser> {
  const browser = await launchBrowser(...settings);
  browsers.push(browser);
  return browser;
}

const open = (browser: Browser, options = {}): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });

const statusOf = (page: Page) => page.evaluate(() => window.parley?.call.snapshot().state.status);
const joined = (page: Page) => eventually('to be in', async () => (await statusOf(page)) === 'joined');

/** The button stands in the menu "More" where the bar has no place for it. */
async function openDevices(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Devices', exact: true });
  if (!(await button.isVisible())) await page.getByRole('button', { name: 'More' }).click();
  await button.click();
}

async function join(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await joined(page);
}

describe('who cannot be seen or heard', () => {
  it('because the browser refused learns where to allow it, and it starts by itself then', async () => {
    const browser = await otherBrowser([], undefined, { consent: true });
    const context = await open(browser);
    const page = await context.newPage();
    await page.goto(`${webUrl}/${room}`);
    await page.getByText('Your camera is blocked').waitFor();
    await page.getByText('Your microphone is blocked').waitFor();
    await page.getByText('Click the icon to the left of the address').first().waitFor();
    await expectNoBarriers(page);

    await context.grantPermissions(['camera', 'microphone']);
    await page.getByRole('button', { name: 'Turn camera off' }).waitFor();
    await page.getByText('is blocked').waitFor({ state: 'detached' });
    await context.close();
  });

  it('for lack of devices learns that, and joins without', async () => {
    const browser = await otherBrowser([], undefined, { devices: true });
    const context = await open(browser);
    const page = await context.newPage();
    await page.goto(`${webUrl}/${room}`);
    await page.getByText('No camera found').waitFor();
    await page.getByText('No microphone found').waitFor();
    await page.getByRole('button', { name: 'Check again' }).first().click();
    await join(page, 'Norah');
    await page.getByRole('button', { name: 'Turn camera on' }).waitFor();
    await context.close();
  });

  it('as the address is not secure learns that, and where a secure one is', async () => {
    const browser = await otherBrowser(['--host-resolver-rules=MAP meet.test 127.0.0.1']);
    const context = await open(browser);
    const page = await context.newPage();
    const insecure = new URL(webUrl);
    insecure.hostname = 'meet.test';
    await page.goto(`${insecure.origin}/${room}`);
    await page.getByText('This address is not secure').waitFor();
    expect(await page.getByRole('link', { name: 'Open the secure address' }).getAttribute('href')).toBe(
      `https://${insecure.host}/${room}`,
    );
    await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
    await expectNoBarriers(page);
    await context.close();
  });
});

describe('an old browser', () => {
  it('that cannot make calls is told so, in its language', async () => {
    const context = await open(fixture.browser, { locale: 'ar-EG' });
    const page = await context.newPage();
    await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
    await page.goto(`${webUrl}/${room}`);
    await page.getByRole('heading', { name: 'هذا المتصفح قديم جدًا للاجتماعات' }).waitFor();
    expect(await page.locator('main').getAttribute('dir')).toBe('rtl');
    expect(await page.getByRole('button').count()).toBe(0);
    await expectNoBarriers(page);
    await context.close();
  });

  it('that cannot even read the page is told so', async () => {
    const context = await open(fixture.browser);
    const page = await context.newPage();
    await page.route('**/_assets/index-*.js', route =>
      route.fulfill({ contentType: 'text/javascript', body: 'let new = syntax;' }),
    );
    await page.goto(webUrl);
    await page.getByRole('heading', { name: 'This browser is too old for meetings' }).waitFor();
    await page.getByText('Safari 17.4').waitFor();
    await context.close();
  });
});

describe('names', () => {
  const zalgo = `Z${'\u0301\u0327\u0336'.repeat(30)}oe`;

  it('of 200 characters are cut with a word about it, and remembered', async () => {
    const context = await open(fixture.browser);
    const page = await context.newPage();
    await page.goto(`${webUrl}/${room}?camera=0`);
    await page.getByLabel('Your name').fill('x'.repeat(200));
    await page.getByText('Names have at most 64 characters: yours was cut.').waitFor();
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await joined(page);
    expect(await page.evaluate(() => window.parley?.call.snapshot().self?.displayName)).toBe('x'.repeat(64));
    await page.goto(`${webUrl}/${room}`);
    expect(await page.getByLabel('Your name').inputValue()).toBe('x'.repeat(64));
    await context.close();
  });

  it('that pile up or turn writing around are calmed, and stay in their tile', async () => {
    const settings = { webUrl, room, camera: false, microphone: false };
    const zoe = await Person.join(fixture.browser, { ...settings, name: zalgo });
    const dalia = await Person.join(fixture.browser, { ...settings, name: '\u202eداليا Dalia\u0000' });
    const calm = `Z${'\u0301\u0327\u0336'.repeat(30).slice(0, 8)}oe`;
    const seen = await eventually('Dalia to see Zoe', async () => {
      const names = (await dalia.others()).map(({ name }) => name);
      return names.length > 0 && names;
    });
    // Somebody of the test before may be there for a moment more.
    expect(seen.map(name => name.normalize('NFC'))).toContain(calm.normalize('NFC'));
    const own = await dalia.page.evaluate(() => window.parley?.call.snapshot().self?.displayName);
    expect(own).toBe('داليا Dalia');
    const wide = await dalia.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await Promise.all([zoe, dalia].map(person => person.close()));
  });
});

it('who left camera and microphone off is not asked for them next time', async () => {
  const context = await open(fixture.browser);
  const page = await context.newPage();
  await page.goto(`${webUrl}/${room}`);
  await page.getByRole('button', { name: 'Turn camera off' }).click();
  await page.getByRole('button', { name: 'Mute microphone' }).click();
  await page.addInitScript(() => {
    const asked: MediaStreamConstraints[] = [];
    Object.assign(window, { asked });
    const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = constraints => {
      asked.push(constraints ?? {});
      return native(constraints);
    };
  });
  await page.reload();
  await join(page, 'Ona');
  expect(await page.evaluate(() => Reflect.get(window, 'asked'))).toEqual([]);
  await context.close();
});

it('an invitation with a token leads in from the front page, other text is refused in words', async () => {
  await makeRoom('invited', { access: 'Token' });
  const response = await fetch(`${stack.apiUrl}/v1/rooms/default/invited/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'speaker' }),
  });
  const { joinUrl } = (await response.json()) as { joinUrl: string };
  const context = await open(fixture.browser);
  const page = await context.newPage();
  await page.goto(webUrl);
  const field = page.getByLabel('Meeting name or link');
  await field.fill('what?!');
  await page.getByRole('button', { name: 'Join meeting' }).click();
  await page.getByRole('alert').filter({ hasText: 'neither a name nor a link' }).waitFor();
  await field.fill(joinUrl);
  await page.getByRole('button', { name: 'Join meeting' }).click();
  await join(page, 'Iris');
  expect(page.url()).not.toContain('token');
  await context.close();
  await kube('delete', 'room', 'invited');
});

describe('devices', () => {
  let context: BrowserContext;
  let page: Page;
  let watcher: Person;
  const ownTrack = (source: 'camera' | 'microphone') =>
    page.evaluate(source => {
      const track = window.parley?.call.snapshot().self?.media[source]?.track;
      return track && { label: track.label, settings: track.getSettings() };
    }, source);

  beforeAll(async () => {
    watcher = await Person.join(fixture.browser, { webUrl, room, name: 'Wanda', camera: false });
    context = await open(fixture.browser);
    page = await context.newPage();
    // The last camera is out of sight until it is plugged in. Of the others Chromium makes, some have formats that nothing encodes.
    await page.addInitScript(() => {
      const native = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
      navigator.mediaDevices.enumerateDevices = async () => {
        const all = await native();
        return Reflect.get(window, 'plugged') ? all : all.filter(({ label }) => label !== 'fake_device_3');
      };
    });
    await page.goto(`${webUrl}/${room}`);
  });
  afterAll(async () => {
    await watcher?.close();
    await context?.close();
  });

  it('are tested before joining: a meter that moves, and a sound on the chosen speaker', async () => {
    const meter = page.getByRole('meter', { name: 'Microphone level' });
    await eventually('the meter to move', async () => Number(await meter.getAttribute('aria-valuenow')) > 0);
    await page.getByRole('button', { name: 'Test speaker' }).click();
    await page.getByText('Playing three notes').waitFor();
    await page.getByText('Heard nothing?').waitFor();
    await page.getByText('Sound and picture').click();
    await page.getByLabel('Suppress background noise').waitFor();
    await expectNoBarriers(page);
  });

  it('that are unplugged in the call give way to others, with a word about it', async () => {
    await join(page, 'Petra');
    await eventually('the camera to be sent', () => ownTrack('camera'));
    await page.evaluate(() => {
      const track = window.parley?.call.snapshot().self?.media.camera?.track;
      Object.assign(window, { unplugged: track?.id });
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await page.getByRole('status').filter({ hasText: 'Your camera was unplugged. fake_device_0' }).waitFor();
    await page.waitForFunction(
      () => window.parley?.call.snapshot().self?.media.camera?.track.id !== Reflect.get(window, 'unplugged'),
    );
    await watcher.seesAndHears(1);
  });

  it('that are plugged in are offered, and used without joining anew', async () => {
    await page.evaluate(() => {
      Object.assign(window, { plugged: true, callBefore: window.parley?.call });
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await page.getByText('fake_device_3 was plugged in.').waitFor();
    await expectNoBarriers(page);
    await page.getByRole('button', { name: 'Use it' }).click();
    await eventually(
      'the new one to be sent',
      async () => (await ownTrack('camera'))?.label === 'fake_device_3',
    );
    expect(await page.evaluate(() => Reflect.get(window, 'callBefore') === window.parley?.call)).toBe(true);
  });

  it('sound as one wishes, in the call as well', async () => {
    expect((await ownTrack('microphone'))?.settings.noiseSuppression).toBe(true);
    await openDevices(page);
    await page.getByText('Sound and picture').click();
    await page.getByLabel('Suppress background noise').click();
    const off = async () => (await ownTrack('microphone'))?.settings.noiseSuppression === false;
    await eventually('noise suppression to be off', off);
    await expectNoBarriers(page);
  });
});
