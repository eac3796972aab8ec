import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startLocalEndpoint } from '../../../src/endpoint/local-endpoint.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';

/** A folder with a job file, and a local endpoint that runs jobs as processes. */
export interface SubmitPlace {
  readonly dir: string;
  readonly variables: NodeJS.ProcessEnv;
}

const OPTML = join(ROOT, 'dist/bin/optml.cjs');

const PROGRAMS = {
  'train.py': `import os
print("loss=0.5;", flush=True)
with open(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "a.csv")) as data, open(os.environ["SM_MODEL_DIR"] + "/model.txt", "w") as model:
    model.write(data.read())
`,
  'wait.py': 'import time\nprint("waiting", flush=True)\ntime.sleep(600)\n',
  'fail.py': 'raise ValueError("no such column")\n',
} as const;

interface PlaceSettings {
  readonly program?: keyof typeof PROGRAMS;
}

/** Starts the endpoint, whose jobs end with the test. */
export async function startSubmitPlace(
  t: TestContext,
  { program = 'train.py' }: PlaceSettings = {},
): Promise<SubmitPlace> {
  // Before the folder is removed: jobs that go on would lose theirs.
  let close = async () => {};
  t.after(() => close());
  const dir = temporaryFolder(t);
  const { PATH } = process.env;
  const own = { PATH, HOME: dir, OPTML_HOME: join(dir, 'home'), XDG_CONFIG_DIRS: join(dir, 'none') };
  const endpoint = await startLocalEndpoint({ variables: own, jobs: { engine: 'process', stopGraceSeconds: 5 } });
  close = () => endpoint.close();
  for (const [name, content] of Object.entries({ [`src/${program}`]: PROGRAMS[program], 'data/a.csv': 'a,b\n' })) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  writeJob(dir, { HyperParameters: { sagemaker_submit_directory: './src', sagemaker_program: program } });
  // Their default bucket is not the one of the account.
  const { SAGEMAKER_USER_CONFIG_OVERRIDE: _, SAGEMAKER_ADMIN_CONFIG_OVERRIDE: __, ...clients } = endpoint.env;
  return { dir, variables: { ...own, ...clients } };
}

/** Writes the job file. */
export function writeJob(dir: string, members: Readonly<Record<string, unknown>>): void {
  const request = {
    TrainingJobName: 'first',
    RoleArn: 'arn:aws:iam::123456789012:role/training',
    AlgorithmSpecification: {
      TrainingImage: '123456789012.dkr.ecr.us-east-1.amazonaws.com/optml:1',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
    },
    HyperParameters: { sagemaker_submit_directory: './src', sagemaker_program: 'train.py' },
    InputDataConfig: [
      { ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data' } } },
    ],
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    ...members,
  };
  writeFileSync(join(dir, 'job.json'), JSON.stringify(request));
}

export interface EndedCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of optml that runs. */
export interface RunningOptml {
  readonly child: ChildProcess;
  /** Resolves as soon as the stream has shown the text. */
  shows(stream: 'stdout' | 'stderr', text: string): Promise<void>;
  end(): Promise<EndedCommand>;
}

/** Starts a command in the folder of the job. It ends with the test. */
export function startOptml(
  t: Pick<TestContext, 'after'>,
  { dir, variables }: SubmitPlace,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): RunningOptml {
  const child = spawn(process.execPath, [OPTML, ...args], { cwd: dir, env: { ...variables, ...more } });
  t.after(() => child.kill('SIGKILL'));
  const shown = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      shown[name] += text;
    });
  }
  const closed = once(child, 'close');
  return {
    child,
    async shows(stream, text) {
      while (!shown[stream].includes(text)) {
        const more = once(child[stream], 'data');
        const isOver = await Promise.race([more.then(() => false), closed.then(() => true)]);
        if (isOver && !shown[stream].includes(text))
          throw new Error(`not shown: ${text}\n${shown.stdout}${shown.stderr}`);
      }
    },
    async end() {
      const [code] = (await closed) as [number | null];
      return { code, ...shown };
    },
  };
}

/** Runs a command to its end. */
export function optml(
  place: SubmitPlace,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<EndedCommand> {
  return startOptml({ after: () => undefined }, place, args, more).end();
}
