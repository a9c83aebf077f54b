import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { stack, makeRoom } = fixture;

/** So many bytes of script at most come before a call, as they are sent: compressed. */
const limit = 200_000;

/** The scripts that a page has fetched, and how large they were on the way. */
async function scriptsOf(page: Page): Promise<{ name: string; bytes: number }[]> {
  await page.waitForLoadState('networkidle');
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(entry => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, bytes: encodedBodySize })),
  );
}

const sum = (scripts: { bytes: number }[]) => scripts.reduce((all, { bytes }) => all + bytes, 0);

describe('what is loaded before a call', () => {
  it.each(['en', 'de', 'ar'])('is less than 200 kB of script on the front page in %s', async language => {
    const page = await fixture.browser.newPage();
    await page.goto(`${stack.webUrl}/?lang=${language}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const scripts = await scriptsOf(page);
    expect(sum(scripts)).toBeGreaterThan(50_000);
    expect(sum(scripts), JSON.stringify(scripts, undefined, 2)).toBeLessThan(limit);
    await page.close();
  });

  it('is less than 200 kB of script in the green room, and the call comes with the wish to join', async () => {
    await makeRoom('first-load');
    const context = await fixture.browser.newContext({ permissions: ['camera', 'microphone'] });
    const page = await context.newPage();
    await page.goto(`${stack.webUrl}/first-load?name=Ada`);
    await page.getByRole('button', { name: 'Turn camera off' }).waitFor();
    const before = await scriptsOf(page);
    expect(sum(before), JSON.stringify(before, undefined, 2)).toBeLessThan(limit);
    await page.getByRole('button', { name: 'Join', exact: true }).hover();
    await page.waitForFunction(
      count =>
        performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).length > count,
      before.length,
    );
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('button', { name: 'Leave' }).waitFor();
    await context.close();
  });
});
