#!/usr/bin/env node
// Runs the test lanes: all of them, or the ones that are named. Needs nothing but Node and npm: what is missing of the
// dependencies is installed first. A lane that this machine cannot run is skipped by name, and fails in CI.
//
//   node test/run.mjs [LANE...]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const NODE_24 = process.env.OPTML_TEST_NODE24 ?? '';
const isCi = process.env.CI === 'true' || process.env.CI === '1';
// By itself Node would leave one of two cores alone. Lanes that measure time take one file.
const FILES_AT_ONCE = Math.max(2, availableParallelism() - 1);
// How the build of the images went, by engine: lanes share them.
const builds = new Map();
const scratch = mkdtempSync(join(tmpdir(), 'optml-run-'));

const needs = (program, why) => () =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
    ? undefined
    : `${program} is not installed: ${why}`;

const needsEngine = (engine) => () => {
  const { status, stderr, error } = spawnSync(engine, ['version'], { encoding: 'utf8', timeout: 20_000 });
  if (status === 0) return undefined;
  const lastLine = (stderr ?? '').trim().split('\n').at(-1);
  const trouble = error?.code === 'ENOENT' ? 'is not installed' : `does not answer (${lastLine || error?.message})`;
  return `${engine} ${trouble}: no image is built or run with it. See test/container/lab/README.md`;
};

// What does not depend on the engine is shown on docker only: the pages' blocks, the recorded cases, builds once more,
// what `optml run` does around an engine, and what programs do in it.
const DOCKER_ONLY = [
  'conformance',
  'custom-image',
  'docs',
  'files',
  'job-life',
  'other-base',
  'project-image',
  'repeatable',
  'third-party',
].map((name) => `${name}.test.ts`);
const leftOut = (engine) => (engine === 'docker' ? [] : DOCKER_ONLY);

/**
 * Each lane: `run` gives {passed, failed, skipped}; `cannot` the reason why it cannot run here, and `folder` where the tests
 * are that are skipped then, if there are several.
 */
const LANES = {
  lint: { run: () => step(bin('biome'), ['ci', '--error-on-warnings', '--colors=off', '.']) },
  types: { run: () => step(bin('tsc'), []) },
  build: { run: () => step('npm', ['run', '--silent', 'build']) },
  unit: { run: () => nodeTests('test/unit') },
  fuzz: { run: () => nodeTests('test/fuzz') },
  archive: { run: () => nodeTests('test/archive') },
  conformance: {
    cannot: needs('python3', 'some recorded cases are Python scripts'),
    run: () => conformance(process.execPath),
  },
  'conformance-node24': {
    cannot: () => (NODE_24 === '' ? 'OPTML_TEST_NODE24 does not name a Node 24 binary' : undefined),
    run: () => conformance(NODE_24),
  },
  process: {
    cannot: needs('python3', 'the failures of Python scripts are tested'),
    run: () => nodeTests('test/process'),
  },
  'entry-points': {
    cannot: needs('python3', 'Python entry points are tested'),
    run: () => nodeTests('test/entry-points'),
  },
  platform: { run: () => nodeTests('test/platform') },
  validate: {
    cannot: needs('bash', 'the broken programs are written in it'),
    run: () => nodeTests('test/validate', { filesAtOnce: 1 }),
  },
  distributed: {
    cannot: needs('python3', 'Python programs are started on several hosts'),
    run: () => nodeTests('test/distributed'),
  },
  // They wait more than they work.
  storage: { run: () => nodeTests('test/storage', { filesAtOnce: 3 }) },
  examples: { run: () => nodeTests('test/examples') },
  'container-docker': containerLane('docker'),
  'container-podman': containerLane('podman'),
  'platform-docker': platformLane('docker'),
  'platform-podman': platformLane('podman'),
  'validate-docker': {
    folder: 'test/validate-containers',
    cannot: needsEngine('docker'),
    run: () => nodeTests('test/validate-containers', { filesAtOnce: 1 }),
  },
  'distributed-docker': containerLane('docker', 'test/distributed-docker', 1),
  docs: { run: () => nodeTests('test/docs') },
};

function bin(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
}

function step(command, args) {
  const isOk = run(command, args).status === 0;
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
}

function containerLane(engine, folder = 'test/container', filesAtOnce = 2) {
  const runTests = () => {
    const build = builds.get(engine) ?? images(engine);
    builds.set(engine, build);
    return build.failed > 0 ? build : engineTests(engine, folder, filesAtOnce);
  };
  return { folder, cannot: needsEngine(engine), run: runTests };
}

function images(engine, ...words) {
  return step(process.execPath, ['--import', 'tsx', 'test/container/build-images.ts', engine, ...words]);
}

// The engines of `optml run`; the tests build the small images that they need.
function platformLane(engine) {
  const folder = 'test/platform-containers';
  const runTests = () => {
    try {
      return engineTests(engine, folder, 1);
    } finally {
      const images = ['entry', 'plain', 'python', 'shell'].map((tag) => `optml-platform-test:${tag}`);
      run(engine, ['image', 'rm', '-f', ...images], { stdio: 'ignore' });
    }
  };
  return { folder, cannot: needsEngine(engine), run: runTests };
}

function engineTests(engine, folder, filesAtOnce) {
  const variables = { OPTML_TEST_ENGINE: engine };
  const counts = nodeTests(folder, { variables, filesAtOnce, leaveOut: leftOut(engine) });
  return counts.passed > 0 ? counts : { ...counts, failed: 1 };
}

// Node 20 finds no TypeScript tests by itself, and a run that finds none is green: the list is explicit.
function nodeTests(folder, { variables = {}, filesAtOnce = FILES_AT_ONCE, leaveOut = [] } = {}) {
  const files = findTests(join(ROOT, folder)).filter((file) => !leaveOut.includes(basename(file)));
  if (files.length === 0) throw new Error(`no test file in ${folder}`);
  const report = join(scratch, `${folder.replaceAll('/', '-')}.tap`);
  const reporters = ['spec', 'stdout', 'tap', report];
  const output = [0, 2].flatMap((i) => [
    `--test-reporter=${reporters[i]}`,
    `--test-reporter-destination=${reporters[i + 1]}`,
  ]);
  const options = ['--conditions=optml-source', '--import', 'tsx', '--test', `--test-concurrency=${filesAtOnce}`];
  // None may hang: a server or an engine can.
  const args = [...options, '--test-timeout=600000', ...output, ...files];
  const { status } = run(process.execPath, args, { env: { ...process.env, ...variables } });
  return countTap(report, status);
}

function findTests(folder) {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return findTests(path);
      return entry.name.endsWith('.test.ts') ? [path] : [];
    })
    .sort();
}

function countTap(report, status) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  return { passed: count('pass'), failed: failed === 0 && status !== 0 ? 1 : failed, skipped: count('skipped') };
}

function conformance(node) {
  const train = [
    'run.mjs',
    '--cases',
    'test/conformance/cases.json',
    '--lenient',
    '--train',
    `${node} dist/bin/train.cjs`,
  ];
  const launchers = [
    'run-launchers.mjs',
    '--cases',
    'test/conformance/launchers.json',
    '--optml',
    `${node} dist/bin/optml.cjs`,
  ];
  const all = [train, launchers].map(([program, ...args]) => recordedCases(`test/conformance/${program}`, args));
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: 0 };
}

function recordedCases(program, args) {
  const { stdout } = run(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  const lines = stdout.split('\n');
  process.stdout.write(`${lines.filter((line) => !line.startsWith('ok ')).join('\n')}`);
  const [, passed = 0, failed = 1] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? [];
  return { passed: Number(passed), failed: Number(failed) };
}

function installDependencies() {
  const lock = join(ROOT, 'package-lock.json');
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const isFresh = existsSync(installed) && JSON.stringify(versions(installed)) === JSON.stringify(versions(lock));
  if (isFresh) return;
  process.stdout.write('── install: npm ci\n');
  if (run('npm', ['ci', '--no-audit', '--no-fund']).status !== 0) process.exit(1);
}

// Optional packages for other systems are not installed, and do not count.
function versions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.optional)
    .map(([path, entry]) => `${path}@${entry.version}`)
    .sort();
}

function runLane(name) {
  const lane = LANES[name];
  const reason = lane.cannot?.();
  process.stdout.write(`\n── ${name}${reason === undefined ? '' : `: SKIPPED, ${reason}`}\n`);
  if (reason !== undefined) {
    const skipped = lane.folder === undefined ? [name] : findTests(join(ROOT, lane.folder));
    for (const file of lane.folder === undefined ? [] : skipped) {
      process.stdout.write(`   SKIPPED ${relative(ROOT, file)}\n`);
    }
    return { name, reason, passed: 0, failed: isCi ? 1 : 0, skipped: skipped.length, seconds: 0 };
  }
  const start = performance.now();
  const counts = lane.run();
  return { name, ...counts, seconds: (performance.now() - start) / 1000 };
}

const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(LANES);
const unknown = wanted.filter((name) => !(name in LANES));
if (unknown.length > 0) {
  process.stderr.write(`unknown lane ${unknown.join(', ')}; there are ${Object.keys(LANES).join(', ')}\n`);
  process.exit(2);
}
installDependencies();
const results = [];
try {
  for (const name of wanted) results.push(runLane(name));
} finally {
  for (const engine of builds.keys()) images(engine, '--remove');
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write('\n');
for (const { name, passed, failed, skipped, seconds, reason } of results) {
  const verdict =
    reason === undefined
      ? `${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(1)} s`
      : `SKIPPED: ${reason}`;
  process.stdout.write(
    `${failed > 0 ? 'FAIL' : reason === undefined ? 'ok  ' : 'skip'} ${name.padEnd(20)} ${verdict}\n`,
  );
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
process.stdout.write(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
process.exitCode = total('failed') > 0 ? 1 : 0;
