import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What axe finds wrong with this part of the page as it is now, as `rule: element`. */
async function barriers(page: Page, part: string): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async root => {
    const { violations } = await window.axe.run(root);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, part);
}

/** Fails for what stays a barrier to people with disabilities (WCAG, by axe); what only fades in or moves by does not count. */
export async function expectNoBarriers(page: Page, part = 'html'): Promise<void> {
  await expect.poll(() => barriers(page, part), { timeout: 40_000 }).toEqual([]);
}
