// What is published: the built files in dist/ and the package that npm makes of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { extract } from 'tar';
import { linksOf, whyBroken } from '../support/docs/links.ts';
import { requireFreshBuild } from '../support/fresh-build.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

before(() => requireFreshBuild());

// A little more than the bundle has; a library in it would not fit.
const TRAIN_LIMIT_BYTES = 75_000;

// Each builtin beyond these costs `train` a millisecond or more at every start. Some are loaded where they are needed.
const TRAIN_BUILTINS = [
  'node:child_process',
  'node:dns',
  'node:fs',
  'node:module',
  'node:net',
  'node:os',
  'node:path',
  'node:url',
];
const LIBRARY_BUILTINS = ['node:fs', 'node:os', 'node:path'];

// Rare parts that have a bundle of their own: see "imports" in package.json.
const manifest = readJson('package.json') as {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, { readonly 'optml-source': string; readonly default: string }>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
};

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly imports: ReadonlyArray<{ readonly path: string; readonly kind: string; readonly external?: boolean }>;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

const outputs = () => readJson('dist/meta.json') as Readonly<Record<string, Output>>;

function output(path: string): Output {
  const found = outputs()[path];
  assert.ok(found, `${path} is not in dist/meta.json: run "npm run build"`);
  return found;
}

test('train holds nothing but its own sources, without the rare parts', () => {
  const inputs = Object.keys(output('dist/bin/train.cjs').inputs);
  const rare = Object.values(manifest.imports).map((paths) => paths['optml-source'].replace(/^\.\//, ''));
  assert.ok(inputs.includes('src/train/train.ts') && rare.length > 0);
  assert.deepEqual(
    inputs.filter((input) => !input.startsWith('src/')),
    [],
  );
  assert.deepEqual(
    inputs.filter((input) => rare.includes(input) || /^src\/(?:archive|training|node-hooks)\//.test(input)),
    [],
  );
});

test(`train has at most ${TRAIN_LIMIT_BYTES} bytes`, () => {
  const { bytes } = output('dist/bin/train.cjs');
  assert.equal(bytes, statSync(join(ROOT, 'dist/bin/train.cjs')).size);
  assert.ok(bytes <= TRAIN_LIMIT_BYTES, `it has ${bytes}`);
});

test('train loads none of the builtins that take long, and beyond them only its own rare parts', () => {
  const loaded = [...new Set(output('dist/bin/train.cjs').imports.map(({ path }) => path))];
  const allowed = [...TRAIN_BUILTINS, ...Object.keys(manifest.imports)];
  assert.deepEqual(
    loaded.filter((path) => !allowed.includes(path)),
    [],
  );
});

test('the library starts no heavier than Node: a script that imports it loads builtins only', () => {
  for (const entry of ['dist/index.js', 'dist/training/index.js']) {
    assert.deepEqual(eagerBuiltins(entry), LIBRARY_BUILTINS, entry);
  }
});

/** The builtins that a module of dist/ loads when it is imported, its chunks included. */
function eagerBuiltins(path: string, seen = new Set<string>()): readonly string[] {
  seen.add(path);
  const found = output(path)
    .imports.filter(({ kind }) => kind === 'import-statement')
    .flatMap((imported) => {
      if (imported.external !== true) return seen.has(imported.path) ? [] : eagerBuiltins(imported.path, seen);
      assert.ok(isBuiltin(imported.path), `${path} imports ${imported.path}`);
      return [imported.path];
    });
  return [...new Set(found)].sort();
}

const AWS_CLIENTS = /node_modules\/@aws-sdk\/client-(?:sagemaker|cloudwatch-logs|sts)\//;

/** The files that a file of dist/ may load at any time, itself included. */
function loadable(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const imported of output(path).imports) {
    const rare = manifest.imports[imported.path]?.default.replace(/^\.\//, '');
    const target = rare ?? (imported.external === true ? undefined : imported.path);
    if (target !== undefined) loadable(target, seen);
  }
  return seen;
}

test('neither train nor a job of optml run loads the clients of SageMaker and CloudWatch Logs', () => {
  const withClients = Object.entries(outputs())
    .filter(([, { inputs }]) => Object.keys(inputs).some((input) => AWS_CLIENTS.test(input)))
    .map(([path]) => path);
  assert.deepEqual(withClients, ['dist/lazy/estimator/cloud/open-cloud-platform.cjs']);
  for (const entry of ['dist/bin/train.cjs', 'dist/lazy/cli/run-command.cjs', 'dist/lazy/local/run-training-job.cjs']) {
    const loaded = [...loadable(entry)];
    assert.ok(loaded.length > 5, entry);
    assert.deepEqual(
      loaded.filter((path) => withClients.includes(path)),
      [],
      entry,
    );
  }
});

test('publint has nothing to complain about', async () => {
  const { messages, pkg } = await publint({ pkgDir: ROOT, pack: false, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
});

/** An empty project with the package in its node_modules, as npm would put it there. Made once, since it takes a second. */
let project = '';
let packed: readonly string[] = [];

before(async (t) => {
  const folder = temporaryFolder(t as TestContext);
  const pack = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(pack.status, 0, pack.stderr);
  const [{ filename, files }] = JSON.parse(pack.stdout) as [
    { filename: string; files: ReadonlyArray<{ path: string }> },
  ];
  packed = files.map(({ path }) => path);
  project = join(folder, 'project');
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'optml');
  mkdirSync(installed, { recursive: true });
  await extract({ file: join(folder, filename), cwd: installed, strip: 1 });
  linkDependencies(modules);
  mkdirSync(join(modules, '.bin'));
  for (const [name, file] of Object.entries(manifest.bin)) {
    chmodSync(join(installed, file), 0o755);
    symlinkSync(join('..', 'optml', file), join(modules, '.bin', name));
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module","private":true}');
});

// Without a network: what a registry would give is what this repository has installed.
function linkDependencies(modules: string): void {
  const source = join(ROOT, 'node_modules');
  for (const name of readdirSync(source)) {
    if (!name.startsWith('.')) symlinkSync(join(source, name), join(modules, name));
  }
}

function runInProject(file: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env['PATH'], HOME: project, ...variables };
  return spawnSync(file, args, { cwd: project, encoding: 'utf8', env });
}

const runNode = (...args: string[]) => runInProject(process.execPath, args);
const command = (name: string) => join(project, 'node_modules', '.bin', name);

test('the package holds what it needs, and neither sources nor tests', () => {
  const needed = [
    'package.json',
    'README.md',
    'LICENSE',
    ...Object.values(manifest.bin),
    ...Object.values(manifest.imports).map((paths) => paths.default.replace(/^\.\//, '')),
  ];
  assert.deepEqual(
    needed.filter((path) => !packed.includes(path)),
    [],
  );
  assert.deepEqual(
    packed.filter((path) => /^(?:src|test|changes|\.)/.test(path) || path.includes('node_modules')),
    [],
  );
});

/** What git has below a folder. */
function tracked(folder: string): readonly string[] {
  const { stdout, status } = spawnSync('git', ['ls-files', folder], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(status, 0);
  return stdout.trim().split('\n');
}

test('the package has the pages and the examples of the repository, and nothing that runs of them left', (t) => {
  if (!existsSync(join(ROOT, '.git'))) return t.skip('SKIPPED: no clone of git');
  const folders = ['docs', 'examples', 'docker'];
  const expected = folders.flatMap(tracked).filter((path) => !/\/\.(?:npmignore|gitignore)$/.test(path));
  assert.deepEqual(packed.filter((path) => folders.includes(path.split('/')[0] ?? '')).sort(), [...expected].sort());
});

/** Only in the repository: tests, its workflows, and notes of changes. */
const NOT_PACKED = /^(?:test|src|changes|\.github)(?:\/|$)/;

test('links and anchors lead somewhere in the installed package too, from the README to every page', () => {
  const root = join(project, 'node_modules', 'optml');
  const pages = packed.filter((path) => path.endsWith('.md') && !path.startsWith('CHANGELOG'));
  const links = pages.flatMap((page) => linksOf(root, page).map((link) => ({ page, ...link })));
  assert.ok(links.length > 200, `${links.length} links were found`);
  const broken = links
    .filter(({ file }) => !NOT_PACKED.test(file))
    .flatMap((link) => {
      const why = whyBroken(root, link);
      return why === undefined ? [] : [`${link.page}: ${link.link}: ${why}`];
    });
  assert.deepEqual(broken, []);

  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const { file } of linksOf(root, page)) if (file.endsWith('.md') && packed.includes(file)) reached.add(file);
  }
  assert.deepEqual(
    pages.filter((page) => page.startsWith('docs/') && !reached.has(page)),
    [],
  );
});

test('every page that a help text names is in the package', () => {
  const commands = [[], ['train'], ['run'], ['submit'], ['validate'], ['init'], ['endpoint'], ['jobs']];
  const helps = commands.map((words) => runInProject(command('optml'), [...words, '--help']).stdout);
  const named = helps.flatMap((help) => [...help.matchAll(/\bdocs\/[\w/-]+\.md/g)].map(([page]) => page));
  assert.ok(named.length > 2, helps.join('\n'));
  assert.deepEqual(
    named.filter((page) => !packed.includes(page)),
    [],
  );
});

/** Every file that a value of "exports" names, but for the sources. */
function namedFiles(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([condition, inner]) =>
    condition === 'optml-source' ? [] : namedFiles(inner),
  );
}

test('every file that an export names is in the package', () => {
  const named = Object.values(manifest.exports).flatMap(namedFiles);
  assert.ok(named.length > 4);
  assert.deepEqual(
    named.filter((path) => !packed.includes(path.replace(/^\.\//, ''))),
    [],
  );
});

for (const [entry, value] of Object.entries(manifest.exports)) {
  const name = join('optml', entry);
  test(`${name} can be imported in an empty project, and writes nothing`, () => {
    const attributes = name.endsWith('.json') ? ", { with: { type: 'json' } }" : '';
    const run = runNode(
      '--no-warnings',
      '--input-type=module',
      '-e',
      `console.log(Object.keys(await import('${name}'${attributes})).length > 0)`,
    );
    assert.deepEqual([run.stdout, run.stderr], ['true\n', '']);
  });

  if (typeof value === 'string') continue;
  test(`${name} can be required too`, () => {
    const run = runNode('--input-type=commonjs', '-e', `console.log(Object.keys(require('${name}')).length > 0)`);
    assert.deepEqual([run.stdout, run.stderr], ['true\n', '']);
  });
}

test('both commands tell their version', () => {
  for (const name of Object.keys(manifest.bin)) {
    const run = runInProject(command(name), ['--version']);
    assert.deepEqual([run.stdout, run.stderr, run.status], [`${manifest.version}\n`, '', 0], name);
  }
});

test('the installed train runs a whole job, its rare parts included', () => {
  const base = join(project, 'ml');
  const files = {
    'input/config/hyperparameters.json': '{"epochs":"3"}',
    'input/config/resourceconfig.json': '{"current_host":"localhost","hosts":["localhost"]}',
    'input/config/inputdataconfig.json': '{}',
    'source/train.mjs':
      "import { hyperparameters, modelPath } from 'optml';\nimport { writeFileSync } from 'node:fs';\nwriteFileSync(modelPath('model.txt'), String(hyperparameters().epochs));\n",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), content);
  }
  const run = runInProject(command('train'), [], {
    SAGEMAKER_BASE_DIR: base,
    SAGEMAKER_PROGRAM: 'train.mjs',
    SAGEMAKER_SUBMIT_DIRECTORY: join(base, 'source'),
    OPTML_LOG_FORMAT: 'json',
    OPTML_PACKAGE: 'always',
  });
  assert.equal(run.status, 0, run.stderr);
  assert.equal(readFileSync(join(base, 'model', 'model.txt'), 'utf8'), '3');
  assert.ok(existsSync(join(base, 'output', 'model.tar.gz')) && existsSync(join(base, 'output', 'success')));
});

test('a TypeScript project finds the declarations, and they are complete', () => {
  writeFileSync(
    join(project, 'train.ts'),
    "import { hyperparameters, OptmlError, trainingEnvironment } from 'optml';\nimport { onStop } from 'optml/training';\nimport { RELATIVE_PATHS } from 'optml/contract';\n" +
      'const dir: string = trainingEnvironment().modelDir;\nonStop((seconds: number) => console.log(seconds, dir, RELATIVE_PATHS.modelDir, OptmlError, hyperparameters()));\n',
  );
  const options = {
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    skipLibCheck: false,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['train.ts'] }));
  const run = runNode(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.');
  assert.equal(run.status, 0, run.stdout + run.stderr);
});
