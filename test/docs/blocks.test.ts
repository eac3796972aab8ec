// Every block with commands or code in the documentation is run by a test, or says why it is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

import { ROOT } from '../support/job.ts';
import { ALL_PAGES, type Block, blocksOf } from '../support/pages.ts';

/** Which test runs blocks of that kind, and on which pages; without pages, on all of them. */
const RUN_BY: Readonly<Record<string, { readonly test: string; readonly pages?: readonly string[] }>> = {
  // On the pages of that test: those in docs/ and the ones that it names.
  sh: { test: 'test/docs/docs.test.ts' },
  ts: { test: 'test/docs/docs.test.ts' },
  'sh engine': {
    test: 'test/container/docs.test.ts',
    pages: ['README.md', 'docker/README.md', 'examples/custom-image/README.md'],
  },
  'sh newcomer': { test: 'test/examples/newcomer.test.ts' },
  'sh endpoint': { test: 'test/docs/to-sagemaker.test.ts', pages: ['docs/to-sagemaker.md'] },
  'sh aws': { test: 'test/docs/to-sagemaker.test.ts', pages: ['docs/to-sagemaker.md'] },
  python: { test: 'test/frameworks/sdk/example-jobs.ts', pages: ['docs/frameworks.md'] },
  'ts frameworks': { test: 'test/frameworks/sdk/example-jobs.ts', pages: ['docs/frameworks.md'] },
  'json defaults': { test: 'test/docs/to-sagemaker.test.ts', pages: ['docs/to-sagemaker.md'] },
};

/** A line that a reader would type into a shell. */
const COMMAND =
  /^(?:\$ |(?:[A-Z_]+=\S+ )*(?:optml(?! runs)|aws|docker|podman|npm|npx|node|pip3?|git|sh|curl|export|eval|ssh-keygen|python3?|rclone|s3fs|systemd-run|train|cd) \S)/m;
const OUTPUT = ['', 'text'];
/** The page consists of help texts. */
const HELP_PAGE = 'docs/commands.md';

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

function isOutput({ info, text }: Block): boolean {
  return OUTPUT.includes(info) && !COMMAND.test(text);
}

function isRun(page: string, { info, text, runBy }: Block): boolean {
  if (runBy !== undefined) return existsSync(join(ROOT, runBy));
  // Data: another test here parses it.
  if (info === 'json' || info === 'yaml') return true;
  const rule = RUN_BY[info];
  if (
    (info === 'sh' || info === 'ts') &&
    !page.startsWith('docs/') &&
    !read('test/docs/docs.test.ts').includes(`'${page}'`)
  )
    return false;
  if (rule === undefined || (rule.pages !== undefined && !rule.pages.includes(page))) return false;
  return !(info === 'sh' && text.includes('npm test')) || page === 'README.md';
}

test('every block of a page is output, is run by a test, or says why it is not', () => {
  const blocks = ALL_PAGES.filter((page) => page !== HELP_PAGE).flatMap((page) =>
    blocksOf(read(page)).map((block) => ({ page, block })),
  );
  assert.ok(blocks.length > 80, `${blocks.length} blocks were found`);
  const others = blocks.filter(({ page, block }) => !isOutput(block) && !isRun(page, block) && !block.whyNotRun);
  assert.deepEqual(
    others.map(({ page, block }) => `${page}:${block.line}`),
    [],
    'write <!-- run by: FILE --> or <!-- not run: REASON --> in front of the block',
  );
});

test('the tests that run blocks name the pages', () => {
  for (const [info, { test: file, pages = [] }] of Object.entries(RUN_BY)) {
    const text = read(file);
    assert.ok(text.includes(`'${info}'`), `${file} runs no "${info}"`);
    for (const page of pages) assert.ok(text.includes(`'${page}'`), `${file} does not name ${page}`);
  }
});

for (const page of ALL_PAGES) {
  for (const { info, text, line } of blocksOf(read(page))) {
    if (/^json\b/.test(info)) test(`the JSON at ${page}:${line} is valid`, () => void JSON.parse(text));
    if (info === 'yaml') test(`the YAML at ${page}:${line} is valid`, () => void parse(text));
  }
}

test('every option of an optml command in a block exists', () => {
  const helps = new Map<string, string>();
  const helpOf = (command: string) => {
    const known = helps.get(command);
    if (known !== undefined) return known;
    const optml = join(ROOT, 'dist/bin/optml.cjs');
    const help = execFileSync(process.execPath, [optml, command, '--help'], { encoding: 'utf8', timeout: 20_000 });
    helps.set(command, help);
    return help;
  };
  const wrong = ALL_PAGES.filter((page) => page !== HELP_PAGE).flatMap((page) =>
    blocksOf(read(page)).flatMap(({ text, line }) =>
      [
        ...text
          .replaceAll('\\\n', ' ')
          .matchAll(/^(?:\$ )?(?:[A-Z_]+=\S+ )*optml (?!runs )([a-z]+)((?: [^\n#|&;]+)?)/gm),
      ].flatMap(([, command = '', rest = '']) => {
        const [own = ''] = rest.split(' -- ');
        const options = [...own.matchAll(/(?<= )--[a-z][a-z-]*/g)].map(([option]) => option);
        return options
          .filter((option) => !helpOf(command).includes(option))
          .map((option) => `${page}:${line}: ${option}`);
      }),
    ),
  );
  assert.deepEqual(wrong, []);
  assert.ok(helps.size > 6);
});
