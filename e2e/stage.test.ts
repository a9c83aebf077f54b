import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

declare global {
  interface Window {
    /** An element that was there before. */
    known?: HTMLVideoElement;
  }
}

const { kube, stack, makeRoom, join } = useFixture(['--auto-select-desktop-capture-source=Entire screen']);
const room = 'stage';
let ada: Person;
let ben: Person;
let cyd: Person;
const crowd: RawClient[] = [];

beforeAll(async () => {
  // Without changes of path, which bring new tracks.
  await makeRoom(room, { topology: 'SFU' });
  [ada, ben] = await join(room, ['Ada', 'Ben']);
});
afterAll(async () => {
  for (const each of crowd) each[Symbol.dispose]();
  await Promise.all([ada, ben, cyd].map(person => person?.close()));
  await kube('delete', 'room', room);
});

const tile = (name: string) => ada.page.locator(`[data-testid=tile][aria-label=${name}]`);
const press = (person: Person, name: string | RegExp) =>
  person.page.getByRole('button', { name }).first().click();
const place = (name: string, role: string) =>
  eventually(`${name} as ${role}`, async () => (await tile(name).getAttribute('data-place')) === role);

/** How many frames Ada has decoded of all cameras and screens. */
async function frames(source: 'camera' | 'screen' = 'camera'): Promise<number> {
  const { received } = await ada.stats();
  return received
    .filter(stream => stream.source === source)
    .reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
}

/** Waits until a second of sound came, and answers how many frames of pictures came meanwhile. */
async function framesDuringSound(): Promise<number> {
  const heard = async () => {
    const { received } = await ada.stats();
    return received
      .filter(({ source }) => source === 'microphone')
      .reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  };
  const [before, packets] = [await frames(), await heard()];
  await eventually('sound', async () => (await heard()) > packets + 50);
  return (await frames()) - before;
}

/** Keeps in mind the element that shows Ben. */
const remember = () =>
  tile('Ben')
    .locator('video')
    .evaluate((element: HTMLVideoElement) => {
      window.known = element;
    });

/** Ben's video is the element that it was, and it plays. */
async function stillPlays(what: string): Promise<void> {
  const video = tile('Ben').locator('video');
  expect(await video.evaluate(element => element === window.known), what).toBe(true);
  const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  const before = await time();
  await eventually(`frames after ${what}`, async () => (await time()) > before);
}

/** Puts Ada's page into the background, as another tab in front of it does, or back. */
const setVisible = (visible: boolean) =>
  ada.page.evaluate(
    state => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    visible ? 'visible' : 'hidden',
  );

describe('layouts', () => {
  it('with one other oneself is in a corner', async () => {
    await ada.seesAndHears(1);
    await place('Ada', 'corner');
    await place('Ben', 'tile');
  });

  it('the same element goes on showing somebody through every change', async () => {
    await remember();
    await press(ada, 'More');
    await ada.page.getByRole('radio', { name: 'Tile' }).check();
    await place('Ada', 'tile');
    await ada.page.keyboard.press('Escape');
    await stillPlays('being one of two');

    await tile('Ben').getByRole('button', { name: 'Pin Ben' }).click();
    await place('Ben', 'large');
    await stillPlays('being pinned');
    await tile('Ben').getByRole('button', { name: 'Pin Ben' }).click();
    await place('Ben', 'tile');

    await ada.page.keyboard.press('l');
    await place('Ben', 'large');
    await ada.page.keyboard.press('l');
    await place('Ben', 'tile');
    await stillPlays('all layouts');

    await ada.page.setViewportSize({ width: 390, height: 844 });
    [cyd] = await join(room, ['Cyd'], { microphone: false });
    await place('Cyd', 'tile');
    await stillPlays('somebody who came');
    await ada.page.setViewportSize({ width: 960, height: 600 });
  });

  it('a hidden self takes no place, and the choice outlasts a reload', async () => {
    await press(ada, 'More');
    await ada.page.getByRole('radio', { name: 'Hidden' }).check();
    await eventually('Ada hidden', async () => !(await tile('Ada').isVisible()));
    await ada.page.getByRole('radio', { name: 'Tile' }).check();
    await ada.page.keyboard.press('Escape');
    expect(await ada.page.evaluate(() => localStorage.getItem('parley.stage'))).toContain('"tile"');
  });
});

describe('screens', () => {
  const screens = () => ada.page.getByTestId('screen');

  it('several are shown at once, large, and one alone when it is pinned', async () => {
    await Promise.all([ben, cyd].map(person => press(person, 'Share screen')));
    const large = ada.page.locator('[data-testid=screen][data-place=large]');
    await eventually('two screens', async () => (await large.count()) === 2);
    const before = await frames('screen');
    await eventually('pictures of them', async () => (await frames('screen')) > before);
    expect(await ada.page.getByRole('region', { name: 'Screen of Ben' }).count()).toBe(1);
    await screens()
      .last()
      .getByRole('button', { name: /^Pin the screen/ })
      .click();
    await eventually('one large', async () => (await large.count()) === 1);
    await ada.page.keyboard.press('l');
    await place('Ben', 'tile');
    await eventually('none large', async () => (await large.count()) === 0);
    await stillPlays('screens');
  });

  it("one's own stays small, with its sound and a way to stop, also by the browser's", async () => {
    await press(ada, 'Share screen');
    const line = ada.page
      .getByRole('status')
      .filter({ hasText: 'You are sharing your screen and its sound' });
    await line.waitFor();
    await ada.page
      .locator('[data-testid=screen][data-place=tile]')
      .filter({ hasText: 'You are sharing' })
      .waitFor();
    const seen = async () => (await ben.others()).find(({ name }) => name === 'Ada')?.media;
    await eventually('Ben to have it with its sound', async () => {
      const media = await seen();
      return media?.screen?.playable && media['screen-audio']?.playable;
    });
    // What the browser's own bar does.
    await ada.page.evaluate(() => {
      const track = window.parley?.call.snapshot().self?.media.screen?.track;
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await line.waitFor({ state: 'detached' });
    await eventually('Ben to see it gone', async () => (await seen())?.screen === undefined);
    await Promise.all([ben, cyd].map(person => press(person, 'Stop sharing')));
    await eventually('no screens', async () => (await screens().count()) === 0);
  });
});

describe('many', () => {
  it('has pages where there is no room for all, and nothing comes of who is on another', async () => {
    for (let number = 1; number <= 12; number += 1) {
      const client = await connectRaw(stack.webUrl);
      expect(await client.request('join', { room, displayName: `Guest ${number}` })).toMatchObject({
        ok: true,
      });
      crowd.push(client);
    }
    await ada.page.setViewportSize({ width: 360, height: 480 });
    const pages = ada.page.getByRole('status').filter({ hasText: /^Page/ });
    await eventually('pages', async () => /^Page 1 of [2-9]$/.test((await pages.textContent()) ?? ''));
    const shown = ada.page.locator('[data-testid=tile]:visible');
    expect(await shown.count()).toBeLessThan(15);
    expect(await ada.page.getByTestId('tile').count()).toBe(15);
    await ada.page.keyboard.press('PageDown');
    await eventually('page 2', async () => ((await pages.textContent()) ?? '').startsWith('Page 2'));
    await eventually('no pictures', async () => (await framesDuringSound()) === 0, 30_000);
    await ada.page.getByRole('button', { name: 'Previous page' }).click();
    const before = await frames();
    await eventually('pictures again', async () => (await frames()) > before + 10, 30_000);
    for (const each of crowd.splice(0)) each[Symbol.dispose]();
    await ada.page.setViewportSize({ width: 960, height: 600 });
  });
});

describe('audio only', () => {
  it('no pictures come, the own camera is off, and one click brings all back', async () => {
    const camera = async () => (await ben.others()).find(({ name }) => name === 'Ada')?.media.camera;
    await ada.page.keyboard.press('a');
    await ada.page.getByRole('status').filter({ hasText: 'Audio only' }).waitFor();
    await eventually('no pictures', async () => (await framesDuringSound()) === 0, 30_000);
    await eventually('the own camera off', async () => (await camera())?.paused !== false);
    await press(ada, 'Turn pictures on');
    const before = await frames();
    await eventually('pictures', async () => (await frames()) > before + 10, 30_000);
    await eventually('the own camera on', async () => (await camera())?.paused === false);
  });
});

describe('keys', () => {
  const microphone = (on: boolean) =>
    ada.page.getByRole('button', { name: on ? 'Mute microphone' : 'Unmute microphone' }).waitFor();

  it('do what their buttons do, but not where one writes', async () => {
    await ada.page.keyboard.press('m');
    await microphone(false);
    const button = ada.page.getByRole('button', { name: 'Unmute microphone' });
    expect(await button.getAttribute('aria-keyshortcuts')).toBe('M');
    await ada.page.keyboard.press('c');
    await ada.page.getByRole('textbox', { name: 'Message' }).pressSequentially('mm ');
    await microphone(false);
    await ada.page.keyboard.press('Escape');
  });

  it('space speaks for as long as it is held', async () => {
    await ada.page.keyboard.down(' ');
    await microphone(true);
    await ada.page.keyboard.up(' ');
    await microphone(false);
  });

  it('are listed, and can be turned off', async () => {
    await ada.page.keyboard.press('?');
    const sheet = ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Raise or lower your hand').waitFor();
    await sheet.getByRole('switch', { name: 'Use keyboard shortcuts' }).click();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'hidden' });
    await ada.page.keyboard.press('m');
    await microphone(false);
    const button = ada.page.getByRole('button', { name: 'Unmute microphone' });
    expect(await button.getAttribute('aria-keyshortcuts')).toBeNull();
    await press(ada, 'More');
    await press(ada, 'Keyboard shortcuts');
    await sheet.getByRole('switch', { name: 'Use keyboard shortcuts' }).click();
    await ada.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await ada.page.keyboard.press('m');
    await microphone(true);
  });
});

describe('over and without other windows', () => {
  it('a call goes on in a window over the others while its page is hidden', async () => {
    await remember();
    await ada.page.keyboard.press('i');
    const inside = (ask: string) =>
      ada.page.evaluate(
        selector => window.documentPictureInPicture?.window?.document.querySelectorAll(selector).length ?? 0,
        ask,
      );
    await eventually('the window', async () => (await inside('video')) === 1);
    expect(await inside('[aria-label="Mute microphone"], [aria-label=Leave]')).toBe(2);
    await setVisible(false);
    // Cyd, whom one does not look at, comes no more after 2 s.
    const before = await frames();
    await eventually('pictures', async () => (await frames()) > before + 100, 30_000);
    await setVisible(true);
    await ada.page.keyboard.press('i');
    await eventually('it closed', () => ada.page.evaluate(() => !window.documentPictureInPicture?.window));
    await stillPlays('the window');
  });

  it('it can have the whole screen', async () => {
    await remember();
    await ada.page.keyboard.press('f');
    await eventually('it', () => ada.page.evaluate(() => document.fullscreenElement !== null));
    await ada.page.getByRole('banner').waitFor({ state: 'detached' });
    await ada.page.keyboard.press('f');
    await ada.page.getByRole('banner').waitFor();
    await stillPlays('all that');
  });
});
