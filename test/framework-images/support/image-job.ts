import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ENGINE, engineOk } from '../../container/support/engine.ts';
import { type PackagesImage, packagesImage } from '../../container/support/images.ts';
import { makeWorkplace, type RunEnd, type Workplace } from '../../support/run-job-command.ts';

/** Real data that scikit-learn ships: a name of its loader. */
export type DataSet = 'breast_cancer' | 'digits';

const WRITE = [
  'import sys',
  'from sklearn import datasets',
  'data = getattr(datasets, "load_" + sys.argv[1])()',
  'for label, row in zip(data.target, data.data):',
  '    print(label, *row, sep=",")',
].join('\n');

/** Rows of the data set as CSV, the label first: every fifth one for testing. */
export async function readDataSet(
  t: TestContext,
  name: DataSet,
): Promise<{ readonly train: string; readonly test: string }> {
  const text = await engineOk(t, 'run', '--rm', packagesImage('sklearn'), 'python', '-c', WRITE, name);
  const rows = text.split('\n');
  const part = (isTest: boolean) => `${rows.filter((_, index) => (index % 5 === 4) === isTest).join('\n')}\n`;
  return { train: part(false), test: part(true) };
}

/** A job without network, so that nothing is installed. */
export interface ImageJob {
  readonly image: PackagesImage;
  readonly data: { readonly train: string; readonly test: string };
  /** The name of the channel with the rows for testing. */
  readonly testing?: 'test' | 'validation';
  readonly contentType?: string;
  /** Files of the source: the first one is the program. Without it the image's own program runs. */
  readonly source?: Readonly<Record<string, string>>;
  readonly hyperparameters?: Readonly<Record<string, string>>;
  /** The expression of the score in the log. */
  readonly score: string;
  readonly hosts?: number;
}

/** How the job ended. */
export interface ImageJobEnd {
  readonly end: RunEnd;
  readonly score: number;
  readonly workplace: Workplace;
  /** The folder of `model.tar.gz`. */
  readonly outputDir: string;
}

/** Runs the job by `optml run` in a container of the image. */
export async function runInImage(t: TestContext, job: ImageJob): Promise<ImageJobEnd> {
  const workplace = makeWorkplace(t);
  const { dir } = workplace;
  const channels = { train: job.data.train, [job.testing ?? 'test']: job.data.test };
  for (const [name, rows] of Object.entries(channels)) workplace.write(`data/${name}/rows.csv`, rows);
  const { source = {}, hyperparameters = {} } = job;
  mkdirSync(join(dir, 'src'));
  for (const [name, text] of Object.entries(source)) writeFileSync(join(dir, 'src', name), text);
  const [program] = Object.keys(source);
  const script = program === undefined ? {} : { sagemaker_program: program, sagemaker_submit_directory: './src' };
  workplace.writeJob({
    TrainingJobName: 'job',
    AlgorithmSpecification: {
      TrainingImage: packagesImage(job.image),
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'score', Regex: job.score }],
    },
    HyperParameters: { ...hyperparameters, ...script },
    InputDataConfig: Object.keys(channels).map((name) => ({
      ChannelName: name,
      ...(job.contentType === undefined ? {} : { ContentType: job.contentType }),
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `./data/${name}/` } },
    })),
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: job.hosts ?? 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 300 },
    EnableNetworkIsolation: true,
  });
  const variables = { ...process.env, OPTML_HOME: workplace.home };
  const end = await workplace.optml(['run', 'job.json', '--engine', ENGINE, '--pull', 'never'], variables);
  const metrics = (end.code === 0 ? workplace.record().FinalMetricDataList : undefined) ?? [];
  const score = metrics.find(({ MetricName }) => MetricName === 'score')?.Value ?? Number.NaN;
  return { end, score, workplace, outputDir: join(dir, 'output', 'job', 'output') };
}
