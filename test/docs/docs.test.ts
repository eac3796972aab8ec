import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SETTINGS } from '../../src/contract/setting-table.ts';
import { ERROR_CODES } from '../../src/errors/codes.ts';
import { ALL_CHECKS } from '../../src/validate/checks/all-checks.ts';
import { makeJob, ROOT, TRAIN, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'docker/README.md',
  'examples/custom-image/README.md',
  'examples/run-in-tests/README.md',
  'test/container/lab/README.md',
  'changes/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

function page(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** The cells of the table rows whose first cell starts with `prefix` in backticks. */
function rows(text: string, prefix: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`| \`${prefix}`))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

test('the table of settings in docs/settings.md is the one in the sources', () => {
  const expected = Object.entries(SETTINGS).map(([setting, row]) => [
    `\`${setting}\``,
    typeof row.values === 'string' ? row.values : row.values.map((value) => `\`${value}\``).join(', '),
    `\`${row.default}\``,
    row.meaning,
  ]);
  assert.deepEqual(rows(page('docs/settings.md'), 'OPTML_'), expected);
});

test('docs/errors.md lists every error code with its kind and meaning', () => {
  const expected = Object.entries(ERROR_CODES).map(([code, { kind, meaning }]) => [`\`${code}\``, kind, meaning]);
  const listed = rows(page('docs/errors.md'), '').filter(([code]) => /^`[A-Z0-9_]+`$/.test(code ?? ''));
  assert.deepEqual(listed, expected);
});

test('docs/validate.md lists every check with its clause, severity, title and what breaks it', () => {
  const expected = ALL_CHECKS.map(({ id, clause, severity, title }) => [
    `\`${id}\``,
    clause,
    severity,
    title.replaceAll('|', '\\|'),
    `[${id}](../test/fixtures/broken/${id})`,
  ]);
  const listed = rows(page('docs/validate.md'), '').filter((cells) => /^C\d+$/.test(cells[1] ?? ''));
  assert.deepEqual(listed, expected);
});

for (const command of ['validate', 'endpoint']) {
  test(`docs/${command}.md lists every option of the command, and no other`, () => {
    const optml = join(ROOT, 'dist/bin/optml.cjs');
    const help = execFileSync(process.execPath, [optml, command, '--help'], { encoding: 'utf8' });
    const optionsIn = (text: string) =>
      [...new Set([...text.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option))].sort();
    const listed = rows(page(`docs/${command}.md`), '--').map(([first = '']) => first);
    assert.deepEqual(
      optionsIn(listed.join(' ')),
      // The last two belong to `optml endpoint env`.
      optionsIn(help).filter((option) => !['--help', '--json', '--shell'].includes(option)),
    );
  });
}

test('docs/variables.md names every variable that a script gets, and no other', (t) => {
  const base = makeJob(t, {
    program: 'train.sh',
    files: { 'code/train.sh': '' },
    hyperparameters: { lr: '0.1' },
    inputDataConfig: { train: {} },
    resourceConfig: { current_host: 'a', hosts: ['a', 'b'], topology: [{ hostName: 'a' }] },
  });
  const env = { PATH: process.env['PATH'], SAGEMAKER_BASE_DIR: base };
  const json = execFileSync(process.execPath, [join(ROOT, 'dist/bin/optml.cjs'), 'env', '--json'], {
    env,
    encoding: 'utf8',
  });
  const exported = Object.keys(JSON.parse(json) as Record<string, string>)
    .map((name) => name.replace('SM_HP_LR', 'SM_HP_<NAME>').replace('SM_CHANNEL_TRAIN', 'SM_CHANNEL_<NAME>'))
    .filter((name) => !name.startsWith('OPTML_'));
  const named = rows(page('docs/variables.md'), '').flatMap(([first = '']) =>
    [...first.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  assert.deepEqual([...new Set(exported)].sort(), [...named].sort());
});

for (const name of PAGES) {
  // The README's two commands are the examples' and the tests' own lanes. Blocks marked `sh engine` need a container
  // engine: test/container/docs.test.ts runs them.
  for (const [index, block] of codeBlocks(page(name), 'sh')
    .filter((text) => !text.includes('npm test'))
    .entries()) {
    test(`shell block ${index + 1} of ${name} runs`, (t) => {
      const dir = temporaryFolder(t);
      mkdirSync(join(dir, 'bin'));
      symlinkSync(TRAIN, join(dir, 'bin', 'train'));
      symlinkSync(join(ROOT, 'dist/bin/optml.cjs'), join(dir, 'bin', 'optml'));
      // Jobs write beside their files.
      if (block.includes('cd examples/')) cpSync(join(ROOT, 'examples'), join(dir, 'examples'), { recursive: true });
      const env = { PATH: `${dir}/bin:${process.env['PATH']}`, HOME: dir, LANG: 'C.UTF-8' };
      const result = spawnSync('sh', ['-eu', '-c', block], { cwd: dir, env, encoding: 'utf8' });
      assert.equal(result.status, 0, result.stderr + result.stdout);
    });
  }

  for (const [index, block] of codeBlocks(page(name), 'ts').entries()) {
    test(`TypeScript block ${index + 1} of ${name} runs by hand`, (t) => {
      const dir = temporaryFolder(t);
      writeFileSync(join(dir, 'package.json'), '{"type": "module"}');
      writeFileSync(join(dir, 'script.ts'), block);
      mkdirSync(join(dir, 'node_modules'));
      symlinkSync(ROOT, join(dir, 'node_modules', 'optml'));
      for (const used of ['zod', '@aws-sdk']) {
        symlinkSync(join(ROOT, 'node_modules', used), join(dir, 'node_modules', used));
      }
      const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs');
      const env = { PATH: process.env['PATH'], HOME: dir };
      const result = spawnSync(process.execPath, ['--import', tsx, 'script.ts'], { cwd: dir, env, encoding: 'utf8' });
      assert.equal(result.status, 0, result.stderr);
    });
  }
}
