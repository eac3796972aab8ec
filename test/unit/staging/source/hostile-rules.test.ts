import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { selectSource } from '../../../../src/staging/source/source-selection.ts';
import { temporaryFolder } from '../../../support/job.ts';

/** The selection of a source with these files, and the lines that it says. */
async function selectionOf(t: TestContext, files: Readonly<Record<string, string | Buffer>>) {
  const root = realpathSync(temporaryFolder(t));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const said: string[] = [];
  const selection = await selectSource(root, {
    outputs: [],
    platform: { os: 'linux', cpu: 'x64' },
    command: [],
    onProgress: () => undefined,
    say: (line) => void said.push(line),
  });
  const isLeftOut = (path: string, isFolder = false) => selection.isLeftOut({ path, file: join(root, path), isFolder });
  return { said, isLeftOut, end: () => selection.onEnd() };
}

const refused = (message: RegExp) => ({ code: 'SOURCE_INVALID', exitCode: 2, message });

test('a rule that could take minutes to match is refused, with its line', async (t) => {
  const slow = '# **/**/a/**/b/**/c/**/d\nb\na/**/b/**/c/**/d/**\n';
  await assert.rejects(
    selectionOf(t, { '.optmlignore': slow }),
    refused(/\.optmlignore cannot be read: line 3 has more than 3 "\*\*", and takes too long to match$/),
  );
});

test('rules with as many ** as people write are matched, also ones that repeat', async (t) => {
  const { isLeftOut } = await selectionOf(t, { '.optmlignore': `**/a/**/b/**\n${'**/'.repeat(30)}z\n` });
  assert.equal(isLeftOut('x/a/y/b/c'), true);
  assert.equal(isLeftOut('x/y/z'), true);
  assert.equal(isLeftOut(`${'a/'.repeat(60)}y`), false);
});

test('a list of rules in another encoding is refused: none of its rules would match', async (t) => {
  await assert.rejects(
    selectionOf(t, { '.optmlignore': Buffer.from('\ufeffsecret.key\r\n', 'utf16le') }),
    refused(/the file is encoded in UTF-16LE/),
  );
  await assert.rejects(selectionOf(t, { '.optmlignore': Buffer.from('gr\xf6\xdfe\n', 'latin1') }), refused(/0xf6/));
});

test('a .gitignore that cannot be used costs the hint, not the job', async (t) => {
  for (const content of ['a/**/b/**/c/**/d/**\n*.o\n', Buffer.from('\ufeff*.o\n', 'utf16le')]) {
    const { said, isLeftOut, end } = await selectionOf(t, { '.gitignore': content });
    assert.equal(isLeftOut('a.o'), false);
    end();
    assert.deepEqual(said, []);
  }
  const { isLeftOut } = await selectionOf(t, { '.gitignore/a': '' });
  assert.equal(isLeftOut('a'), false);
});

test('what is inside of folders that .gitignore lists is not listed again', async (t) => {
  const { said, isLeftOut, end } = await selectionOf(t, { '.gitignore': 'out/\n*.o\n' });
  isLeftOut('out', true);
  for (const path of ['out/a.o', 'out/deep/a.o', 'outer/a.o']) isLeftOut(path);
  end();
  assert.match(said.join(''), /^Source: \.gitignore lists what was copied: out\/, outer\/a\.o\. /);
});

test('a line about packages is one line, however their platform is called', async (t) => {
  const lock = { packages: { 'node_modules/a': { os: [`darwin\nJob x: Completed\u001b[2J${'x'.repeat(100_000)}`] } } };
  const { said, isLeftOut } = await selectionOf(t, { 'node_modules/.package-lock.json': JSON.stringify(lock) });
  assert.equal(isLeftOut('node_modules', true), true);
  const [line = ''] = said;
  assert.match(line, /^node_modules is not copied: its packages are for darwin\\x0aJob x: Completed\\x1b\[2Jx+…$/);
  assert.ok(line.length < 200);
});
