import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ContainerOptions, containerEngine } from '../../../src/engines/container/container.ts';
import type { ContainerEngineName } from '../../../src/engines/container/dialects.ts';
import type {
  ContainerJob,
  EngineContext,
  EngineSession,
  HostEnd,
  HostRun,
  HostSpec,
  Watchdog,
} from '../../../src/engines/engine.ts';
import { parseImage } from '../../../src/engines/job-image.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';

/** The container engine that the suite uses. */
export const ENGINE = (process.env['OPTML_TEST_ENGINE'] || 'docker') as ContainerEngineName;

/** What the tests run, built by {@link buildTestImages}: without and with an entrypoint. */
export const IMAGES = { plain: 'optml-platform-test:plain', entry: 'optml-platform-test:entry' } as const;

/** Runs the engine's command line, with `input` on its standard input. Returns what it prints. */
export function engineOk(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(ENGINE, args, { input, encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${ENGINE} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout.trim();
}

/** Builds the images; from the engine's cache when they have been built before. */
export function buildTestImages(): void {
  engineOk(['build', '-t', IMAGES.plain, join(ROOT, 'test', 'local-containers', 'image')]);
  engineOk(['build', '-t', IMAGES.entry, '-'], `FROM ${IMAGES.plain}\nENTRYPOINT ["entry"]\nCMD ["cmd"]\n`);
}

/** Writes down its orders; it kills nothing. */
export interface RecordingWatchdog extends Watchdog {
  readonly groups: number[];
  readonly commands: Array<readonly string[]>;
}

/** A stand-in for the watchdog. */
export function recordingWatchdog(): RecordingWatchdog {
  const groups: number[] = [];
  const commands: Array<readonly string[]> = [];
  return {
    groups,
    commands,
    watchGroup: (pid) => void groups.push(pid),
    watchCommand: (command) => void commands.push(command),
    close: () => Promise.resolve(),
  };
}

/** A job in the engine, with everything that it says. */
export interface TestJob {
  readonly session: EngineSession;
  readonly warnings: readonly string[];
  readonly output: readonly string[];
  readonly watchdog: RecordingWatchdog;
  readonly home: string;
  /** Starts a host whose output is collected. */
  start(host?: Partial<HostSpec>): Promise<StartedHost>;
  /** Runs a host to its end. */
  run(host?: Partial<HostSpec>): Promise<HostEnd & { readonly output: string }>;
}

/** A host that runs. */
export interface StartedHost {
  readonly run: HostRun;
  readonly host: HostSpec;
  readonly output: () => string;
  /** Resolves when the output holds `text`. */
  seen(text: string): Promise<void>;
}

/** What differs from a job that runs `train` of the plain image on one host. */
export interface TestJobSpec extends Partial<Omit<ContainerJob, 'image'>> {
  /** As a request writes it. */
  readonly image?: string;
  readonly options?: Partial<ContainerOptions>;
  readonly signal?: AbortSignal;
}

/** The engine with a home of the test's own. */
export function testEngine(home: string, options: Partial<ContainerOptions> = {}) {
  return containerEngine(ENGINE, {
    pull: 'never',
    command: [ENGINE],
    variables: process.env,
    owner: { home, runner: { pid: process.pid, startTicks: 'test' } },
    ...options,
  });
}

/** Opens a job in the engine; closed after the test. */
export async function openTestJob(t: TestContext, spec: TestJobSpec = {}): Promise<TestJob> {
  const { options, signal = new AbortController().signal, image = IMAGES.plain, ...job } = spec;
  const home = temporaryFolder(t);
  const workDir = join(home, 'work');
  mkdirSync(workDir);
  const warnings: string[] = [];
  const output: string[] = [];
  const watchdog = recordingWatchdog();
  const context: EngineContext = {
    signal,
    warn: (message) => void warnings.push(message),
    say: (line) => void output.push(line),
    watchdog,
  };
  const session = await testEngine(home, options).open(
    {
      name: `job-${Math.random().toString(36).slice(2, 8)}`,
      image: parseImage(image),
      entrypoint: undefined,
      arguments: undefined,
      hosts: ['algo-1'],
      isIsolated: false,
      workDir,
      ...job,
    },
    context,
  );
  t.after(() => session.close());
  const start = (host: Partial<HostSpec> = {}) => startHost(session, home, host);
  return {
    session,
    warnings,
    output,
    watchdog,
    home,
    start,
    run: async (host) => {
      const started = await start(host);
      return { ...(await started.run.ended), output: started.output() };
    },
  };
}

/** A job whose containers run a shell script. */
export function shellTestJob(t: TestContext, script: string, spec: TestJobSpec = {}): Promise<TestJob> {
  return openTestJob(t, { arguments: ['sh', '-c', script], ...spec });
}

async function startHost(session: EngineSession, home: string, given: Partial<HostSpec>): Promise<StartedHost> {
  const name = given.name ?? 'algo-1';
  const mlDir = join(home, 'hosts', name, 'ml');
  for (const dir of ['input/config', 'input/data', 'model', 'output/data']) {
    mkdirSync(join(mlDir, dir), { recursive: true });
  }
  let output = '';
  const watchers = new Set<() => void>();
  const onOutput = (bytes: Buffer) => {
    output += bytes.toString('utf8');
    for (const watcher of watchers) watcher();
  };
  const host: HostSpec = { name, mlDir, mounts: [], environment: {}, onOutput, ...given };
  const run = await session.start(host);
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (output.includes(text)) resolve();
      };
      watchers.add(check);
      check();
      void run.ended.then((end) => reject(new Error(`ended without ${text}: ${JSON.stringify(end)}\n${output}`)));
    });
  return { run, host, output: () => output, seen };
}
