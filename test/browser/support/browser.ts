import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AxeResults } from 'axe-core';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ROOT } from '../../support/job.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

/** Why a test is skipped: `.ci/run` installs Chromium. */
export const skip = CHROMIUM === undefined && 'needs Chromium: apt-get install chromium';

export const SCHEMES = ['light', 'dark'] as const;

/** Widths of windows that pages have to fit, in pixels. */
const WIDTHS = [400, 500, 1280];

const EXCESS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

export interface TestBrowser {
  /** A page without a cookie of another one. */
  page(options?: BrowserContextOptions): Promise<Page>;
}

/** A browser that ends with the test. */
export async function openBrowser(t: TestContext): Promise<TestBrowser> {
  const browser = await chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  t.after(() => browser.close());
  return {
    async page(options) {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(20_000);
      return context.newPage();
    },
  };
}

/**
 * Fails for a page that scrolls sideways at one of {@link WIDTHS}, and for a violation of accessibility: dark pages are wide
 * then, light ones narrow. The page needs `bypassCSP`.
 */
export async function checkPage(page: Page, name: string, colorScheme: (typeof SCHEMES)[number]): Promise<void> {
  for (const width of colorScheme === 'dark' ? WIDTHS : WIDTHS.toReversed()) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await page.evaluate(EXCESS), 0, `${name} at ${width} pixels scrolls sideways`);
  }
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)}`);
  assert.deepEqual(found, [], `${name}, ${colorScheme}`);
}
