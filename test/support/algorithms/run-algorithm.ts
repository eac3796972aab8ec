import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { ROOT, temporaryFolder } from '../job.ts';
import { runWords } from '../run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

/** A job of a built-in algorithm. */
export interface AlgorithmJob {
  readonly algorithm: 'kmeans' | 'linear-learner';
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Path below the folder of the channels, such as `train/rows.csv` → content. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** By default `text/csv`. */
  readonly contentType?: string;
  readonly hosts?: number;
  readonly seed?: number;
}

/** What a job left. */
export interface AlgorithmRun {
  readonly code: number | null;
  readonly output: string;
  /** The folder of the unpacked model; its files exist after a success only. */
  readonly modelDir: string;
  readonly model: () => Readonly<Record<string, unknown>>;
}

/** Runs a job on the process engine, as `optml run` does for users. */
export async function runAlgorithm(t: TestContext, job: AlgorithmJob): Promise<AlgorithmRun> {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'src'));
  for (const [path, content] of Object.entries(job.files)) {
    mkdirSync(dirname(join(dir, 'data', path)), { recursive: true });
    writeFileSync(join(dir, 'data', path), content);
  }
  const channels = [...new Set(Object.keys(job.files).map((path) => path.split('/')[0] as string))];
  const request = {
    TrainingJobName: 'algorithm',
    AlgorithmSpecification: { TrainingImage: 'file://./src', TrainingInputMode: 'File' },
    Environment: {
      SAGEMAKER_TRAINING_MODULE: `optml/algorithms/${job.algorithm}:train`,
      ALGORITHM_SEED: String(job.seed ?? 0),
    },
    HyperParameters: job.hyperparameters,
    InputDataConfig: channels.map((channel) => ({
      ChannelName: channel,
      ContentType: job.contentType ?? 'text/csv',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `./data/${channel}/` } },
    })),
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: job.hosts ?? 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  };
  writeFileSync(join(dir, 'job.json'), JSON.stringify(request));
  const variables = { ...process.env, OPTML_HOME: join(dir, 'home') };
  const command = [process.execPath, OPTML, 'run', 'job.json', '--engine', 'process'];
  const { code, stdout, stderr } = await runWords(t, command, { cwd: dir, variables });
  const modelDir = join(dir, 'model');
  if (code === 0) {
    const archive = join(dir, 'output', 'algorithm', 'output', 'model.tar.gz');
    await runWords(t, [process.execPath, OPTML, 'unpack', archive, modelDir]);
  }
  return {
    code,
    output: stdout + stderr,
    modelDir,
    model: () => JSON.parse(readFileSync(join(modelDir, 'model.json'), 'utf8')) as Readonly<Record<string, unknown>>,
  };
}

/** Rows of text for a CSV file. */
export function csv(rows: readonly (readonly number[])[]): string {
  return rows.map((row) => `${row.join(',')}\n`).join('');
}
