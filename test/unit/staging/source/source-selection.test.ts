import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fetchSource } from '../../../../src/entry-point/source/source.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { selectSource } from '../../../../src/staging/source/source-selection.ts';
import { temporaryFolder } from '../../../support/job.ts';

const LINUX = { os: 'linux', cpu: 'x64' };

function filesBelow(dir: string): readonly string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

/** Copies a source of these files. Returns the paths in the copy, sorted, and what was said. */
async function copy(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  more: (dir: string) => void = () => undefined,
) {
  const dir = realpathSync(temporaryFolder(t));
  const location = join(dir, 'source');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(location, path)), { recursive: true });
    writeFileSync(join(location, path), content);
  }
  more(location);
  const said: string[] = [];
  const progress: number[] = [];
  const codeDir = join(dir, 'code');
  await fetchSource({
    location,
    codeDir,
    baseDir: dir,
    variables: {},
    log: makeLog(0, () => undefined),
    signal: new AbortController().signal,
    select: (root) =>
      selectSource(root, {
        outputs: [join(location, 'results')],
        platform: LINUX,
        command: ['.tools/bin/python', 'train.py'],
        onProgress: (bytes) => void progress.push(bytes),
        say: (line) => void said.push(line),
      }),
  });
  return { paths: filesBelow(codeDir), said, progress };
}

describe('a source is copied without', () => {
  test('virtual environments, which a line names', async (t) => {
    const { paths, said } = await copy(t, {
      'train.py': '',
      'venv/pyvenv.cfg': 'home = /usr/bin',
      'venv/lib/a.py': '',
      'sub/.env/conda-meta/history': '',
      'env/settings.py': '',
    });
    assert.deepEqual(paths, ['env/settings.py', 'train.py']);
    assert.equal(said.length, 2);
    assert.match(
      said.join('\n'),
      /^venv is not copied: it is a virtual environment .*requirements\.txt.*!venv\/ to \.optmlignore$/m,
    );
    assert.match(said.join('\n'), /^sub\/\.env is not copied/m);
  });

  test('virtual environments, unless .optmlignore keeps them or the command of the job names them', async (t) => {
    const { paths, said } = await copy(t, {
      '.optmlignore': '!venv/\n',
      'venv/pyvenv.cfg': '',
      '.tools/pyvenv.cfg': '',
      '.tools/bin/python': '',
    });
    assert.deepEqual(paths, ['.optmlignore', '.tools/bin/python', '.tools/pyvenv.cfg', 'venv/pyvenv.cfg']);
    assert.deepEqual(said, []);
  });

  test('what .optmlignore lists, in the syntax of .gitignore', async (t) => {
    const rules = ['# data', '*.csv', '!keep.csv', '/build/', 'deep/**/cache', 'a\\ b', 'Data'].join('\n');
    const { paths } = await copy(t, {
      '.optmlignore': rules,
      'train.ts': '',
      'x.csv': '',
      'keep.csv': '',
      'sub/y.csv': '',
      'build/out.js': '',
      'sub/build/out.js': '',
      'deep/1/2/cache/x': '',
      'deep/1/2/kept': '',
      'a b': '',
      'data/lower': '',
      'Data/upper': '',
    });
    assert.deepEqual(paths, [
      '.optmlignore',
      'data/lower',
      'deep/1/2/kept',
      'keep.csv',
      'sub/build/out.js',
      'train.ts',
    ]);
  });

  test('the repository and what optml itself has written', async (t) => {
    const { paths, said } = await copy(t, {
      '.git/HEAD': '',
      'module/.git': '',
      'optml-output/j/model': '',
      'results/j': '',
      'sub/optml-output': '',
      'sub/results': '',
    });
    assert.deepEqual(paths, ['sub/optml-output', 'sub/results']);
    assert.deepEqual(said, []);
  });

  const manifest = (changes: object) => JSON.stringify({ name: 'x', version: '1.0.0', ...changes });

  for (const [what, files, platform] of [
    ['packages of another system', { 'fast-darwin/package.json': manifest({ os: ['darwin'] }) }, 'darwin'],
    ['packages of another processor', { '@a/fast/package.json': manifest({ os: 'linux', cpu: ['arm64'] }) }, 'arm64'],
    [
      'packages that npm has noted as those of another system',
      { '.package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { os: ['win32'] } } }) },
      'win32',
    ],
    ['a native addon of Windows', { 'plain/build/Release/a.node': 'MZ', 'plain/package.json': manifest({}) }, 'win32'],
  ] as const) {
    test(`${what}, with a line that reports it`, async (t) => {
      const all = Object.fromEntries(
        Object.entries(files).map(([path, content]) => [`sub/node_modules/${path}`, content]),
      );
      const { paths, said } = await copy(t, {
        'train.js': '',
        'sub/node_modules/plain/package.json': manifest({}),
        ...all,
      });
      assert.deepEqual(paths, ['train.js']);
      assert.deepEqual(said, [`sub/node_modules is not copied: its packages are for ${platform}`]);
    });
  }

  test('packages for all systems, for this one, or for all but another, are copied', async (t) => {
    const { paths, said } = await copy(t, {
      'node_modules/fsevents/package.json': manifest({ os: ['darwin'] }),
      'node_modules/@esbuild/linux-x64/package.json': manifest({ os: ['linux'], cpu: ['x64'] }),
      'other/node_modules/a/package.json': manifest({ os: ['!win32'] }),
      'third/node_modules/b/package.json': 'no JSON',
      'fourth/node_modules/c/package.json': manifest({}),
      // Of an ELF file for x64, the start.
      'fourth/node_modules/c/build/Release/c.node': `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x03\0\x3e\0`,
    });
    assert.equal(paths.length, 6);
    assert.deepEqual(said, []);
  });
});

test('large folders, and what .gitignore lists and was copied, are named in one line', async (t) => {
  const { said, progress } = await copy(
    t,
    {
      '.gitignore': 'dist\n*.log\nnode_modules\nleft\n',
      '.optmlignore': 'left',
      'dist/a.log': '',
      'b.log': '',
      'node_modules/a': '',
      'left/a': '',
      'data/x': '',
    },
    (dir) => truncateSync(join(dir, 'data/x'), 60 << 20),
  );
  assert.deepEqual(said, [
    'Source: large folders were copied: data (62.9 MB, 1 file); .gitignore lists what was copied: b.log, dist/. Write what the job does not need into .optmlignore',
  ]);
  assert.ok(progress.every((bytes) => bytes >= 0));
});

test('what a link leads to is subject to the rules by the path of the link', async (t) => {
  const { paths } = await copy(t, { '.optmlignore': 'linked\nin/secret\n', 'train.ts': '' }, (dir) => {
    const outside = join(dir, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), '');
    writeFileSync(join(outside, 'open'), '');
    symlinkSync(outside, join(dir, 'linked'));
    symlinkSync(outside, join(dir, 'in'));
  });
  assert.deepEqual(paths, ['.optmlignore', 'in/open', 'train.ts']);
});

test('a list that cannot be read ends the copy with an error', async (t) => {
  await assert.rejects(
    copy(t, { 'train.ts': '' }, (dir) => mkdirSync(join(dir, '.optmlignore'))),
    { code: 'SOURCE_INVALID', message: /\.optmlignore cannot be read: it is a folder/ },
  );
});
