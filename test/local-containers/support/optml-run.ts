import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { JobRecord } from '../../../src/jobs/record.ts';
import { ROOT, type RunningJob, type RunResult, temporaryFolder, watchJob } from '../../support/job.ts';
import { ENGINE, engineOk } from './container-job.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

/** A user's folder with job files in it, and the built `optml` to run them. `npm run build` first. */
export interface Workplace {
  readonly dir: string;
  readonly home: string;
  /** Where the jobs' artifacts go. */
  readonly output: string;
  /** Writes `files` below the folder: path → content. */
  write(files: Readonly<Record<string, string>>): void;
  /** Starts `optml` with these words; killed after the test. A group of its own, as a shell makes it. */
  start(...command: readonly string[]): RunningJob;
  /** Runs `optml run` to its end in containers of the suite's engine. */
  run(...command: readonly string[]): Promise<RunResult>;
  record(job: string): JobRecord;
}

/** How `optml` is called. */
export interface WorkplaceSpec {
  readonly variables?: NodeJS.ProcessEnv;
  /** A user who is not root calls it. Docker only: others have an engine for each user. */
  readonly isPlainUser?: boolean;
}

/** The id of that user. */
export const PLAIN_USER = 1000;

/** Whether these tests can become somebody who is not root and uses the same engine. */
export const CAN_BE_PLAIN_USER = process.getuid?.() === 0 && ENGINE === 'docker';

/** A fresh folder of a user's, removed after the test. */
export function makeWorkplace(t: TestContext, { variables = {}, isPlainUser = false }: WorkplaceSpec = {}): Workplace {
  const dir = temporaryFolder(t);
  const home = join(dir, 'home');
  const own = (path: string) => {
    if (isPlainUser) chownSync(path, PLAIN_USER, PLAIN_USER);
  };
  own(dir);
  chmodSync(dir, 0o755);
  const env = { ...process.env, OPTML_HOME: home, HOME: dir, TMPDIR: dir, ...variables };
  const user = isPlainUser ? { uid: PLAIN_USER, gid: statSync(socketOf()).gid } : {};
  const start = (...command: readonly string[]): RunningJob => {
    const child = spawn(process.execPath, [OPTML, ...command], {
      ...user,
      cwd: dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    t.after(() => child.kill('SIGKILL'));
    return watchJob(child, dir);
  };
  return {
    dir,
    home,
    output: join(dir, 'output'),
    write: (files) => {
      for (const [path, content] of Object.entries(files)) {
        const file = join(dir, path);
        mkdirSync(dirname(file), { recursive: true });
        own(dirname(file));
        writeFileSync(file, content);
        own(file);
      }
    },
    start,
    run: (...command) => start('run', '--engine', ENGINE, '--pull', 'never', ...command).ended,
    record: (job) => JSON.parse(readFileSync(join(home, 'jobs', job, 'job.json'), 'utf8')) as JobRecord,
  };
}

function socketOf(): string {
  return /^unix:\/\/(.*)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1] ?? '/var/run/docker.sock';
}

/** A CreateTrainingJob request for one host, as text; `more` replaces members. */
export function jobFile(name: string, image: string, more: Readonly<Record<string, unknown>> = {}): string {
  const { AlgorithmSpecification, ...others } = more as { AlgorithmSpecification?: object };
  return JSON.stringify({
    TrainingJobName: name,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File', ...AlgorithmSpecification },
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    ...others,
  });
}

/** One whose container runs a shell script. */
export function shellJobFile(
  name: string,
  image: string,
  script: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  return jobFile(name, image, {
    AlgorithmSpecification: { ContainerEntrypoint: ['/bin/bash'], ContainerArguments: ['-c', script] },
    ...more,
  });
}

/** A File channel of a folder of this machine. */
export function folderChannel(name: string, uri: string) {
  const source = { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' };
  return { ChannelName: name, DataSource: { S3DataSource: source } };
}

/** What the engine still has of a job: containers, networks. */
export function leftInEngine(job: string): readonly string[] {
  const filter = ['--quiet', '--filter', `label=optml.job=${job}`];
  const ids = [engineOk(['ps', '--all', ...filter]), engineOk(['network', 'ls', ...filter])];
  return ids.flatMap((text) => text.split('\n')).filter(Boolean);
}

/** Everything at or below `path` that is not `uid`'s. */
export function foreignFiles(path: string, uid: number): readonly string[] {
  if (!existsSync(path)) return [];
  const found = lstatSync(path).uid === uid ? [] : [path];
  if (!lstatSync(path).isDirectory()) return found;
  return [...found, ...readdirSync(path).flatMap((name) => foreignFiles(join(path, name), uid))];
}
