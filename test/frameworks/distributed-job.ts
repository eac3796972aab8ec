// Programs in `test/fixtures/distributed` on three hosts. Each of their ranks prints where it begins, its loss after each step,
// and what it saved when it was stopped.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readPoints, readTruth, type Truth } from '../programs/read-truth.ts';
import { type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';
import { processesNaming, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace, type RunEnd, type Workplace } from '../support/run-job-command.ts';

/** A program, and how it is started. */
export interface DistributedProgram {
  /** Its file in `test/fixtures/distributed`. */
  readonly program: string;
  readonly packages: PythonPackages;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Ranks of all hosts; those that print a loss, if not all do. */
  readonly ranks: number;
  readonly trainingRanks?: number;
  /** What starts `optml` (see `makeWorkplace`). */
  readonly before?: readonly string[];
}

const HOSTS = ['algo-1', 'algo-2', 'algo-3'];
const STEPS = 60;
// Until the training was resumed: it is interrupted within 30 s.
const PAUSE_SECONDS = 0.5;
const GONE_MS = 5000;

/**
 * Interrupts the job after some seconds, on a busy machine later: every rank saves the same step and continues after it, and the
 * loss falls.
 */
export async function checkInterruption(t: TestContext, program: DistributedProgram, seconds: number): Promise<void> {
  for (const after of [seconds, 3 * seconds]) {
    const job = prepareJob(t, program);
    if (job === undefined) return;
    const run = job.workplace.start(['--interrupt-after', String(after)], job.variables);
    await run.seen('Interrupted: ');
    if (savedBy(run.output()).size === 0) {
      run.child.kill('SIGKILL');
      continue;
    }
    const end = await run.ended;
    assert.equal(end.code, 0, textOf(end));
    assertMetrics(job);
    assertResumed(program, savedBy(end.stdout), end.stdout);
    assertTrained(program, end.stdout);
    return;
  }
  assert.fail(`no rank saved its state, although the job was interrupted after ${3 * seconds} s`);
}

/** Stops the job: every rank saves the same step; a second job with the same location of checkpoints continues after it. */
export async function checkStop(t: TestContext, program: DistributedProgram, stop: 'optml stop' | 'Ctrl-C') {
  const job = prepareJob(t, program);
  if (job === undefined) return;
  const { workplace, variables } = job;
  const run = workplace.start([], variables);
  await run.seen(' step 3 loss');
  if (stop === 'Ctrl-C') run.child.kill('SIGINT');
  else assert.equal((await workplace.optml(['stop', 'job'])).code, 0);
  const stopped = await run.ended;
  assert.equal(stopped.code, 3, textOf(stopped));
  assert.equal(workplace.record().TrainingJobStatus, 'Stopped');
  const resumed = await workplace.run(['--name', 'resumed'], variables);
  assert.equal(resumed.code, 0, textOf(resumed));
  assertResumed(program, savedBy(stopped.stdout), resumed.stdout);
  assertTrained(program, stopped.stdout + resumed.stdout);
  assertMetrics(job, ['job', 'resumed']);
}

/** Kills `train` of a host: the job fails in time, with a message that names the host, and nothing of it is left. */
export async function checkKilledHost(t: TestContext, program: DistributedProgram, host: string, limitMs: number) {
  const job = prepareJob(t, program);
  if (job === undefined) return;
  const { workplace, variables } = job;
  const run = workplace.start([], variables);
  await run.seen(' step 3 loss');
  const networks = networksOf(workplace);
  process.kill(firstProcessOf(workplace, host), 'SIGKILL');
  const killedAt = performance.now();
  const end = await run.ended;
  const ms = performance.now() - killedAt;
  t.diagnostic(`ended ${Math.round(ms)} ms after the kill`);
  assert.equal(end.code, 1, textOf(end));
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 137');
  const named = `Warning: The failure reason is that of ${host}, which ended with exit code 137 (SIGKILL)\n`;
  assert.ok(end.stderr.includes(named), textOf(end));
  assert.ok(ms < limitMs, `ended ${ms} ms after the kill`);
  await waitFor('no process is left', () => processesIn(networks).length === 0, GONE_MS);
}

/** A job that is ready to run. */
export interface DistributedJob {
  readonly workplace: Workplace;
  readonly variables: NodeJS.ProcessEnv;
  readonly truthDir: string;
}

/** Makes the job of a program. Undefined if the test is skipped. */
export function prepareJob(t: TestContext, { program, packages, hyperparameters, before }: DistributedProgram) {
  const bin = pythonPackages(t, packages);
  if (bin === undefined) return undefined;
  const request = byTrain(program);
  const AlgorithmSpecification = {
    ...(request['AlgorithmSpecification'] as object),
    MetricDefinitions: [{ Name: 'loss', Regex: 'loss ([0-9.e+-]+)$' }],
  };
  const pace = { steps: String(STEPS), pause: String(PAUSE_SECONDS) };
  const HyperParameters = { ...(request['HyperParameters'] as object), ...pace, ...hyperparameters };
  const changes = {
    ...{
      AlgorithmSpecification,
      HyperParameters,
      ...hosts(HOSTS.length),
      CheckpointConfig: { S3Uri: './checkpoints' },
    },
    StoppingCondition: { MaxRuntimeInSeconds: 300, MaxWaitTimeInSeconds: 600 },
    EnableManagedSpotTraining: true,
  };
  const workplace = makeWorkplace(t, 'true', changes, before);
  const truthDir = join(workplace.dir, 'truth');
  mkdirSync(truthDir);
  workplace.writeJob({
    ...JSON.parse(workplace.read('job.json')),
    Environment: { PROGRAM_TRUTH: truthDir },
  });
  const fixtures = join(ROOT, 'test', 'fixtures');
  cpSync(join(fixtures, 'distributed', program), join(workplace.dir, 'project', program));
  cpSync(join(fixtures, 'programs', 'truth', 'truth.py'), join(workplace.dir, 'project', 'truth.py'));
  return { workplace, truthDir, variables: { PATH: `${bin}:${process.env['PATH']}` } } satisfies DistributedJob;
}

function textOf({ stdout, stderr }: RunEnd): string {
  return `${stdout}\n${stderr}`;
}

/** Rank → the step that it saved. */
function savedBy(text: string): ReadonlyMap<number, number> {
  return numbersOf(text, /rank (\d+) saved (?:step|attempt) (\d+)/g);
}

function numbersOf(text: string, pattern: RegExp): ReadonlyMap<number, number> {
  return new Map([...text.matchAll(pattern)].map(([, rank, value]) => [Number(rank), Number(value)]));
}

/** All ranks saved, those that train the same step, and each began after what it had saved when it began last. */
function assertResumed({ ranks, trainingRanks }: DistributedProgram, saved: ReadonlyMap<number, number>, text: string) {
  const all = Array.from({ length: ranks }, (_, rank) => rank);
  const steps = all.slice(0, trainingRanks).map((rank) => saved.get(rank));
  assert.deepEqual(new Set(steps).size, 1, `ranks saved different steps: ${steps}`);
  const begun = numbersOf(text, /rank (\d+)(?: of \d+)? begins at (?:step|attempt) (\d+)/g);
  assert.deepEqual(
    all.map((rank) => begun.get(rank)),
    all.map((rank) => (saved.get(rank) ?? Number.NaN) + 1),
    text,
  );
}

/** Every rank made every step once, and its loss is small in the end. */
function assertTrained({ ranks, trainingRanks = ranks }: DistributedProgram, text: string): void {
  for (let rank = 0; rank < trainingRanks; rank++) {
    const lines = [...text.matchAll(new RegExp(`rank ${rank} step (\\d+) loss (\\S+)$`, 'gm'))];
    const steps = lines.map(([, step]) => Number(step));
    assert.deepEqual(
      steps,
      Array.from({ length: STEPS }, (_, index) => index + 1),
      `rank ${rank}`,
    );
    const [first, last] = [Number(lines[0]?.[2]), Number(lines.at(-1)?.[2])];
    assert.ok(last < first / 100, `rank ${rank}: the loss was ${first}, and is ${last}`);
  }
}

/** Points are exactly the values that the ranks printed. With MPI all are in the output of the first host. */
function assertMetrics({ workplace, truthDir }: DistributedJob, jobNames: readonly string[] = ['job']): void {
  const collected = jobNames.flatMap((name) => valuesOf(readPoints(workplace.jobDir(name))));
  const printed = valuesOf(readTruth(truthDir).metrics);
  assert.ok(printed.length > 0);
  assert.deepEqual(collected.sort(), printed.sort());
}

function valuesOf(metrics: Truth['metrics']): number[] {
  return Object.values(metrics).flatMap((series) => series['loss'] ?? []);
}

/** The process with the id 1 of a host that runs. */
function firstProcessOf(workplace: Workplace, host: string): number {
  const isFirst = (pid: number) => /^NSpid:.*\t1$/m.test(readIfAny(`/proc/${pid}/status`));
  const config = (pid: number) => readIfAny(`/proc/${pid}/root/opt/ml/input/config/resourceconfig.json`);
  const found = processesNaming(workplace.home).find(
    (pid) => isFirst(pid) && config(pid).includes(`"current_host":"${host}"`),
  );
  assert.ok(found !== undefined, `${host} does not run`);
  return found;
}

/** The networks of the hosts that run: each host has its own. */
export function networksOf(workplace: Workplace): ReadonlySet<string> {
  return new Set(HOSTS.map((host) => networkOf(String(firstProcessOf(workplace, host)))));
}

/** Ids of the processes in these networks, whatever they are. */
export function processesIn(networks: ReadonlySet<string>): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && networks.has(networkOf(pid)));
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    // It has ended.
    return '';
  }
}

function readIfAny(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
