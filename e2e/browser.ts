import { locateTools } from '@parley/setup';
import { type Browser, chromium, type Page } from 'playwright-core';

const devices = ['--use-fake-device-for-media-stream'];
const consent = ['--use-fake-ui-for-media-stream'];

interface Lacks {
  /** Has no camera and no microphone. */
  devices?: boolean;
  /** Asks nobody, and takes that for a no, until a context grants permissions. */
  consent?: boolean;
}

/** Chromium with a made-up camera and microphone that nobody is asked for. It talks to loopback alone, unless `args` say otherwise. */
export function launchBrowser(
  args: readonly string[] = [],
  executablePath = locateTools().chromium,
  lacks: Lacks = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      ...(lacks.devices ? [] : devices),
      ...(lacks.consent ? ['--deny-permission-prompts'] : consent),
      '--autoplay-policy=no-user-gesture-required',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--disable-background-timer-throttling',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...args,
    ],
  });
}

/** A window of its own, with nothing of other windows in it, that shows `url`. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}
