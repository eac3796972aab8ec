import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ContainerJob, EngineSession, HostRun, HostSpec, Watchdog } from '../../src/engines/engine.ts';
import { type ProcessEngineOptions, processEngine } from '../../src/engines/process/process.ts';
import type { OutputStream } from '../../src/text/output-stream.ts';
import { ROOT, temporaryFolder } from './job.ts';

/** Does nothing: most tests do not kill the process that they run in. */
export const watchdogStandIn: Watchdog = {
  watchGroup: () => undefined,
  watchCommand: () => undefined,
  close: async () => undefined,
};

/** A job that is open on the engine `process`, and what the engine has warned about. */
export interface OpenJob {
  readonly session: EngineSession;
  readonly warnings: readonly string[];
}

/** Opens a job for the time of a test. */
export async function openJob(
  t: TestContext,
  job: Partial<ContainerJob> = {},
  variables: NodeJS.ProcessEnv = process.env,
  options: Partial<ProcessEngineOptions> = {},
): Promise<OpenJob> {
  const warnings: string[] = [];
  const whole: ContainerJob = {
    name: 'test-job',
    image: { kind: 'project', dir: '/project' },
    entrypoint: undefined,
    arguments: undefined,
    hosts: ['algo-1'],
    isIsolated: false,
    workDir: temporaryFolder(t),
    ...job,
  };
  const session = await processEngine({ variables, ...options }).open(whole, {
    signal: new AbortController().signal,
    warn: (message) => warnings.push(message),
    say: () => undefined,
    watchdog: watchdogStandIn,
  });
  t.after(() => session.close());
  return { session, warnings };
}

/** A host that runs, and what it has written so far. */
export interface TestHost {
  readonly run: HostRun;
  /** Both streams, as they arrived. */
  readonly output: () => string;
  readonly outputOf: (stream: OutputStream) => string;
}

/** Starts a host; it is killed after the test. */
export async function startHost(
  t: TestContext,
  { session }: OpenJob,
  host: Partial<HostSpec> & Pick<HostSpec, 'mlDir'>,
): Promise<TestHost> {
  let text = '';
  const texts = { stdout: '', stderr: '' };
  const onOutput = (bytes: Buffer, stream: OutputStream) => {
    text += bytes.toString('utf8');
    texts[stream] += bytes.toString('utf8');
  };
  const run = await session.start({ name: 'algo-1', mounts: [], environment: {}, onOutput, ...host });
  t.after(async () => {
    run.kill();
    await run.ended;
  });
  return { run, output: () => text, outputOf: (stream) => texts[stream] };
}

/** Runs one shell script as a host's whole entrypoint, to its end. */
export async function runShell(t: TestContext, script: string, host: Partial<HostSpec> = {}, job = {}) {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', script], ...job });
  const { run, output, outputOf } = await startHost(t, open, { mlDir: temporaryFolder(t), ...host });
  const end = await run.ended;
  const [stdout, stderr] = [outputOf('stdout'), outputOf('stderr')];
  return { ...end, output: output(), stdout, stderr, warnings: open.warnings };
}

/** Variables for a machine that refuses namespaces: first on PATH is an `unshare` that fails, as the real one does there. */
export function withoutNamespaces(t: TestContext): NodeJS.ProcessEnv {
  const bin = join(temporaryFolder(t), 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'unshare'),
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
  );
  chmodSync(join(bin, 'unshare'), 0o755);
  return { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
}

/** Warnings apart from the one that a machine without a program to connect hosts with other networks causes. */
export function withoutOutsideWarning(warnings: readonly string[]): readonly string[] {
  return warnings.filter((warning) => !warning.startsWith('The hosts reach one another, but no other network ('));
}

/** A user who is not root, and has no home. */
export const NOBODY = 65_534;

/** Why a test does not run its program as another user; false where it does. */
export const NOT_ROOT = process.geteuid?.() === 0 ? false : 'all tests of this file run as such a user already';

/** Runs a shell script as the host `algo-1` of a job of a user who is not root, in a process of that user. */
export function runAsNobody(
  t: TestContext,
  script: string,
  { hosts = ['algo-1'], options = {} }: { hosts?: readonly string[]; options?: Partial<ProcessEngineOptions> } = {},
) {
  const dir = temporaryFolder(t);
  const mlDir = join(dir, 'ml');
  const workDir = join(dir, 'work');
  for (const path of [join(mlDir, 'model'), workDir]) mkdirSync(path, { recursive: true });
  spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dir]);
  const entrypoint = ['/bin/sh', '-c', script];
  const job = { name: 'nobodys', image: { kind: 'project', dir: '/x' }, entrypoint, hosts, isIsolated: false, workDir };
  const host = { name: 'algo-1', mlDir, mounts: [], environment: {} };
  const program = join(ROOT, 'test', 'support', 'run-host-program.ts');
  const args = ['--conditions=optml-source', '--import', 'tsx', program, JSON.stringify({ job, host, options })];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: dir },
    uid: NOBODY,
    gid: NOBODY,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const lines = stdout.trim().split('\n');
  return {
    mlDir,
    lines,
    stderr,
    last: JSON.parse(lines.at(-1) ?? '') as { end: unknown; warnings: readonly string[] },
  };
}
