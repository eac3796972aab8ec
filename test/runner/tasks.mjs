// What a lane consists of: one task for each test file, or one for its command.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChild } from './run-child.mjs';

// No test may hang: a server or an engine can.
const TIMEOUT_SECONDS = 900;
const RECORDED = 'test/conformance';

/** Tasks of a lane: `{ id, lane, file?, command }`. @throws Error if a folder of the lane contains no test. */
export function tasksOf(lane, { root, nodes }) {
  if (lane.folders !== undefined) {
    return filesOf(lane, root).map((file) => ({ id: `${lane.name} ${file}`, lane, file }));
  }
  if (lane.recorded !== undefined) return recordedTasks(lane, nodes);
  const command = lane.command ?? imagesCommand(lane);
  return [{ id: lane.name, lane, command, count: countStep }];
}

/** Test files of a lane, relative to the repository's root. */
export function filesOf(lane, root) {
  return lane.folders.flatMap((folder) => {
    const found = findTests(root, folder);
    if (found.length === 0) throw new Error(`no test file in ${folder}`);
    const isWanted = (file) =>
      (lane.only?.includes(basename(file)) ?? true) && !(lane.omit ?? []).includes(basename(file));
    return found.filter(isWanted);
  });
}

/** Runs a task. Resolves with `{ isOk, passed, failed, skipped, skips, seconds, output }`. */
export async function runTask(task, { root, outputs, variables }) {
  const name = task.id.replaceAll(/[^\w.-]+/g, '-');
  const output = join(outputs, `${name}.log`);
  const report = join(outputs, `${name}.json`);
  const env = { ...process.env, ...variables, ...(task.lane.engine && { OPTML_TEST_ENGINE: task.lane.engine }) };
  const command = task.command ?? testCommand(task.file, report);
  const start = performance.now();
  const { timeout = TIMEOUT_SECONDS } = task.lane;
  const { code, isTimeout } = await runChild(command, { output, cwd: root, env, timeoutMs: 1000 * timeout });
  const seconds = (performance.now() - start) / 1000;
  const counts = task.command === undefined ? countTests(report, code) : task.count(code, readFileSync(output, 'utf8'));
  const problems = [...counts.problems, ...(isTimeout ? [`took more than ${timeout} s`] : [])];
  const failed = Math.max(counts.failed, problems.length > 0 ? 1 : 0);
  return { task, ...counts, failed, problems, isOk: failed === 0, seconds, output };
}

/** The result of a task that did not run. */
export function cannotRun(task, { reason, isFailure }) {
  const counts = { passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1 };
  return { task, reason, ...counts, skips: [], problems: [], isOk: !isFailure, seconds: 0 };
}

// One process for each file, as `node --test` makes them, but started in the order of the schedule.
function testCommand(file, report) {
  const reporter = pathToFileURL(join(import.meta.dirname, 'reporter.mjs')).href;
  const reporters = [
    ['spec', 'stdout'],
    [reporter, report],
  ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);
  return [process.execPath, '--conditions=optml-source', '--import', 'tsx', ...reporters, file];
}

function countTests(report, code) {
  const counts = existsSync(report) ? readJson(report) : undefined;
  if (counts === undefined)
    return { passed: 0, failed: 1, skipped: 0, skips: [], problems: [`exit code ${code}, no report`] };
  const { pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0, skips } = counts;
  const problems = skips.filter(({ reason }) => reason === '').map(({ name }) => `skipped without a reason: ${name}`);
  if (pass + fail + cancelled + skipped === 0) problems.push('contains no test');
  if (todo > 0) problems.push(`${todo} tests are marked "todo"`);
  if (code !== 0 && fail + cancelled === 0) problems.push(`exit code ${code}`);
  return { passed: pass, failed: fail + cancelled, skipped, skips, problems };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function countStep(code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, skips: [], problems: [] };
}

function recordedTasks(lane, nodes) {
  const node = nodes[lane.recorded];
  const programs = [
    ['run.mjs', '--cases', `${RECORDED}/cases.json`, '--lenient', '--train', `${node} dist/bin/train.cjs`],
    ['run-launchers.mjs', '--cases', `${RECORDED}/launchers.json`, '--optml', `${node} dist/bin/optml.cjs`],
  ];
  return programs.map(([program, ...args]) => ({
    id: `${lane.name} ${RECORDED}/${program}`,
    lane,
    command: [process.execPath, `${RECORDED}/${program}`, ...args],
    count: countRecorded,
  }));
}

function countRecorded(code, text) {
  const [, passed = 0, failed = 1] = /^(\d+) passed, (\d+) failed$/m.exec(text) ?? [];
  const problems = code !== 0 && Number(failed) === 0 ? [`exit code ${code}`] : [];
  return { passed: Number(passed), failed: Number(failed), skipped: 0, skips: [], problems };
}

function imagesCommand({ images, imageOptions = [] }) {
  return [process.execPath, '--import', 'tsx', 'test/container/build-images.ts', images, ...imageOptions];
}

// Node 20 finds no TypeScript tests by itself.
function findTests(root, folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => {
      const child = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return findTests(root, child);
      return entry.name.endsWith('.test.ts') ? [child] : [];
    })
    .sort();
}
