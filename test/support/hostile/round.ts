import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../job.ts';
import { OPTML } from '../run-job-command.ts';
import { makeCanaries } from './canaries.ts';
import { hostileScript } from './hostile-script.ts';
import { type Random, randomFrom } from './random.ts';
import { problemsBelow } from './search-tree.ts';

/** Where a round's job runs. */
export interface RoundEngine {
  readonly name: string;
  /** For containers. */
  readonly image?: string;
}

/** What a round did, and what was wrong. */
export interface RoundResult {
  readonly seed: number;
  readonly what: string;
  readonly problems: readonly string[];
}

const MOST_MS = 90_000;
// A job may fail, or stay undelivered. It may not meet a defect, end optml by a signal, or be refused: then nothing was tested.
const NOT_RUN = 2;
const DEFECT = 70;

/**
 * One hostile job from a seed: it runs, is collected, kept and cleaned up, sometimes with a second attempt, several hosts or a
 * process that swaps folders meanwhile, or is validated. Afterwards nothing outside of its own folders may be different, and
 * nothing of there may be in what optml has kept.
 */
export async function playRound(seed: number, engine: RoundEngine): Promise<RoundResult> {
  const random = randomFrom(seed);
  const dir = mkdtempSync(join(tmpdir(), 'optml-hostile-'));
  const canaries = makeCanaries(join(dir, 'canaries'));
  const script = hostileScript(random, canaries);
  const plan = planRound(random, engine);
  const home = join(dir, 'home');
  writeRound(dir, { script: script.text, plan, engine });
  const swapper = plan.isSwapping
    ? spawn(process.execPath, [
        join(ROOT, 'test/support/hostile/swap-folders.mjs'),
        join(home, 'jobs/job/hosts'),
        canaries.folder,
      ])
    : undefined;
  try {
    if (swapper?.stdout) await once(swapper.stdout, 'data');
    const end = await runOptml(plan, dir, home);
    swapper?.kill('SIGKILL');
    if (swapper !== undefined && swapper.exitCode === null && swapper.signalCode === null) await once(swapper, 'exit');
    const problems = [
      ...(end.code === null ? [`optml was ended by ${end.signal ?? 'a signal'}, at most ${MOST_MS} ms`] : []),
      ...(end.code === DEFECT || / {4}at .*:\d+:\d+/.test(end.stderr) ? [`a defect:\n${end.stderr.slice(-2000)}`] : []),
      ...(end.code === NOT_RUN && !isExpected(plan, script.exitCode)
        ? [`it did not run:\n${end.stderr.slice(-2000)}`]
        : []),
      ...canaries.changes(),
      ...['home', 'out', 'kept'].flatMap((name) =>
        existsSync(join(dir, name))
          ? problemsBelow(join(dir, name), { secret: canaries.secret, isOpen: name !== 'home' })
          : [],
      ),
      ...readdirSync(dir)
        .filter((name) => !['canaries', 'home', 'out', 'kept', 'project', 'job.json', 'tmp'].includes(name))
        .map((name) => `new beside the job: ${name}`),
    ];
    return {
      seed,
      what: `${plan.command.join(' ')}${plan.isSwapping ? ', swapping' : ''}${plan.isPlain ? ', without namespaces' : ''}\n${script.text}`,
      problems,
    };
  } finally {
    swapper?.kill('SIGKILL');
    canaries.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether a job may end as if it had not run: folders can be swapped before it starts, and a failing one is not validated. */
function isExpected({ command, isSwapping }: Plan, exitCode: number): boolean {
  return isSwapping || (command[0] === 'validate' && exitCode !== 0);
}

interface Plan {
  readonly command: readonly string[];
  readonly request: Readonly<Record<string, unknown>>;
  readonly isSwapping: boolean;
  /** Without namespaces: a job can replace the folders that are mounts otherwise. */
  readonly isPlain: boolean;
}

function planRound(random: Random, engine: RoundEngine): Plan {
  const isValidating = random.chance(engine.image === undefined ? 0.15 : 0.05);
  const isAttemptedTwice = !isValidating && random.chance(0.2);
  return {
    command: isValidating
      ? ['validate', engine.image ?? './project', '--job', 'job.json', '--engine', engine.name, '--only', 'C53,C54']
      : [
          ...['run', 'job.json', '--engine', engine.name],
          ...(engine.image === undefined ? [] : ['--pull', 'never']),
          ...(isAttemptedTwice ? ['--interrupt-after', '1'] : []),
        ],
    request: {
      OutputDataConfig: { S3OutputPath: './out', CompressionType: random.pick(['GZIP', 'NONE']) },
      ResourceConfig: { InstanceType: 'local', InstanceCount: random.pick([1, 1, 2]) },
      ...(isAttemptedTwice || random.chance(0.7) ? { CheckpointConfig: { S3Uri: './kept' } } : {}),
    },
    isSwapping: engine.image === undefined && !isValidating && random.chance(0.3),
    isPlain: engine.image === undefined && random.chance(0.6),
  };
}

function writeRound(
  dir: string,
  { script, plan, engine }: { readonly script: string; readonly plan: Plan; readonly engine: RoundEngine },
): void {
  const isContainer = engine.image !== undefined;
  const isInterrupted = plan.command.includes('--interrupt-after');
  const text = `ml=\${SAGEMAKER_BASE_DIR:-/opt/ml}\n${isInterrupted ? script.replace(/exit \d\n$/, `${WAIT}$&`) : script}`;
  mkdirSync(join(dir, 'project'));
  mkdirSync(join(dir, 'tmp'));
  writeFileSync(join(dir, 'tmp/unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  writeFileSync(join(dir, 'project/train.sh'), text);
  chmodSync(join(dir, 'project/train.sh'), 0o755);
  const request = {
    TrainingJobName: 'job',
    AlgorithmSpecification: {
      TrainingImage: engine.image ?? 'file://./project',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', isContainer ? '/opt/ml/input/data/script/train.sh' : 'train.sh'],
    },
    ...(isContainer && { InputDataConfig: [SCRIPT_CHANNEL] }),
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    ...plan.request,
  };
  writeFileSync(join(dir, 'job.json'), JSON.stringify(request));
}

// The first attempt waits to be interrupted; a second one finds a checkpoint and ends, unless a hostile action removed it.
const WAIT = `trap 'exit 0' TERM
( at checkpoints && [ -e first ] ) || { ( at checkpoints && set -C && echo >first ); sleep 3 & wait; }
`;

const SCRIPT_CHANNEL = {
  ChannelName: 'script',
  DataSource: {
    S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './project', S3DataDistributionType: 'FullyReplicated' },
  },
};

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

async function runOptml({ command, isPlain }: Plan, dir: string, home: string): Promise<End> {
  const child = spawn(process.execPath, [OPTML, ...command], {
    cwd: dir,
    env: {
      PATH: `${isPlain ? `${join(dir, 'tmp')}:` : ''}${process.env['PATH']}`,
      DOCKER_HOST: process.env['DOCKER_HOST'],
      HOME: dir,
      TMPDIR: join(dir, 'tmp'),
      OPTML_HOME: home,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('latin1')).slice(-100_000);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, stderr };
}
