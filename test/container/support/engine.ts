import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type JobSpec, makeJob, type RunningJob, watchJob } from '../../support/job.ts';
import { type CommandResult, runWords } from '../../support/run.ts';
import { IMAGES } from './images.ts';

/** The command line of the container engine that the suite uses. */
export const ENGINE = process.env['OPTML_TEST_ENGINE'] || 'docker';

// Mounted folders are the tests' own: on machines with SELinux a container could not read them otherwise.
const ALWAYS = ['--security-opt', 'label=disable'];

/** Runs the engine's command line to its end. */
export function engine(t: TestContext, ...args: readonly string[]): Promise<CommandResult> {
  return runWords(t, [ENGINE, ...args], { variables: process.env });
}

/** Runs the engine's command line, which must succeed. Returns what it prints, without the last newline. */
export async function engineOk(t: TestContext, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await engine(t, ...args);
  if (code !== 0) throw new Error(`${ENGINE} ${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return stdout.trimEnd();
}

/** Removes images that a test file has made, after its last test. */
export function removeImages(...names: readonly string[]): void {
  spawnSync(ENGINE, ['image', 'rm', '-f', ...names], { stdio: 'ignore' });
}

/** Starts a fresh container, runs a command in it to its end, and removes it. */
export function runIn(
  t: TestContext,
  image: string,
  command: readonly string[],
  options: readonly string[] = [],
): Promise<CommandResult> {
  return engine(t, 'run', '--rm', ...ALWAYS, ...options, image, ...command);
}

/** A shell script, run in a fresh container. */
export function shellIn(t: TestContext, image: string, script: string, options: readonly string[] = []) {
  return runIn(t, image, ['sh', '-ec', script], options);
}

/** A container that runs `train`. */
export interface JobContainer extends RunningJob {
  readonly name: string;
  /** The platform's stop: SIGTERM, `graceSeconds`, SIGKILL. Resolves when the container has ended. */
  stop(graceSeconds: number): Promise<void>;
  /** Runs a shell script inside. */
  exec(script: string): Promise<CommandResult>;
}

/** How a job's container is started; by default with the whole of `/opt/ml` mounted, and `train`. */
export interface ContainerSpec {
  readonly image: string;
  readonly base: string;
  readonly options?: readonly string[];
  readonly command?: readonly string[];
  readonly mounts?: readonly string[];
}

/** Starts `docker run IMAGE train` for the job in `base`, without terminal and standard input (contract C1, C4). */
export function startJob(t: TestContext, spec: ContainerSpec): JobContainer {
  const name = uniqueName('job');
  const { options = [], mounts = ['-v', `${spec.base}:/opt/ml`], command = ['train'] } = spec;
  const args = ['run', '--name', name, ...ALWAYS, ...mounts, ...options, spec.image, ...command];
  const child: ChildProcess = spawn(ENGINE, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => engine(t, 'rm', '-f', '-v', name));
  return {
    ...watchJob(child, spec.base),
    name,
    stop: async (graceSeconds) => void (await engineOk(t, 'stop', '-t', String(graceSeconds), name)),
    exec: (script) => engine(t, 'exec', name, 'sh', '-ec', script),
  };
}

/** Mounts a job's parts as SDK local mode and the platform do: the input read-only, a folder each for the results. */
export function partsOfJob(base: string): readonly string[] {
  return [
    '-v',
    `${base}/input:/opt/ml/input:ro`,
    '-v',
    `${base}/model:/opt/ml/model`,
    '-v',
    `${base}/output:/opt/ml/output`,
  ];
}

/** A network of the test's own, on which containers find each other by name. Removed with what is still on it. */
export async function makeNetwork(t: TestContext): Promise<string> {
  const name = uniqueName('network');
  await engineOk(t, 'network', 'create', name);
  t.after(async () => {
    const ids = await engineOk(t, 'ps', '-aq', '--filter', `network=${name}`);
    if (ids !== '') await engine(t, 'rm', '-f', '-v', ...ids.split('\n'));
    await engineOk(t, 'network', 'rm', name);
  });
  return name;
}

/** A job's folder that containers of any user may write to; removed after the test, whichever user owns its files by then. */
export function makeSharedJob(t: TestContext, spec: JobSpec): string {
  let base = '';
  // Before the folder is removed: what a container's root wrote, another user could not remove.
  t.after(async () => {
    if (process.getuid?.() === 0) return;
    await runIn(t, IMAGES.base, ['-R', 'a+rwX', '/job'], ['--entrypoint', 'chmod', '-v', `${base}:/job`]);
  });
  base = makeJob(t, spec);
  openForAll(base);
  return base;
}

function openForAll(dir: string): void {
  chmodSync(dir, 0o777);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) openForAll(path);
    // Whatever the umask of who runs the tests.
    else chmodSync(path, statSync(path).mode | 0o444);
  }
}

/** A name for a container or network that no other test has. */
export function uniqueName(what: string): string {
  return `optml-test-${what}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
}
