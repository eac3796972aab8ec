import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksOf, whyBroken } from '../support/docs/links.ts';
import { ROOT } from '../support/job.ts';
import { ALL_PAGES } from '../support/pages.ts';

test('every link of a page leads to a file, and to an anchor in it', () => {
  const links = ALL_PAGES.flatMap((page) => linksOf(ROOT, page).map((link) => ({ page, ...link })));
  assert.ok(links.length > 300, `${links.length} links were found`);
  const broken = links.flatMap((link) => {
    const why = whyBroken(ROOT, link);
    return why === undefined ? [] : [`${link.page}: ${link.link}: ${why}`];
  });
  assert.deepEqual(broken, []);
});

test('docs/README.md leads to every page of docs/', () => {
  const linked = new Set(linksOf(ROOT, 'docs/README.md').map(({ file }) => file));
  const pages = ALL_PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md');
  assert.deepEqual(
    pages.filter((page) => !linked.has(page)),
    [],
  );
});
