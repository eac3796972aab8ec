import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './job.ts';

/** A container in a layout that images for SageMaker often have, in `test/fixtures/classic`. None of them knows optml. */
export interface ClassicLayout {
  /** Its folder. */
  readonly name: string;
  /** What a job of it leaves in the model: file and content. */
  readonly model: readonly [file: string, content: string];
  /** `ContainerEntrypoint` and `ContainerArguments` of its job, if the image alone does not start the program. */
  readonly entrypoint?: readonly string[];
  readonly arguments?: readonly string[];
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** With which hyperparameters it runs for minutes; none if the request cannot make it longer. */
  readonly long?: Readonly<Record<string, string>>;
  /** How the engine `process` runs it, which starts no ENTRYPOINT; undefined: the layout needs its image. */
  readonly onProcess?: { readonly entrypoint: readonly string[] } | { readonly source: string };
  /** The findings of `optml validate`: the layout breaks the contract in these ways. */
  readonly findings: readonly string[];
  /** Checks without a clear result. */
  readonly unknown?: readonly string[];
}

/** Three rows of the channel `training`. */
export const ROWS = '1,2\n1,3\n4,9\n';

export const CLASSIC_LAYOUTS: readonly ClassicLayout[] = [
  {
    name: 'program-on-path',
    model: ['tree.json', '{"leaves": 5, "rows": 3}'],
    hyperparameters: { max_leaf_nodes: '5', steps: '5' },
    long: { steps: '600' },
    onProcess: { entrypoint: ['decision_trees/train'] },
    // It has no handler for SIGTERM.
    findings: ['stop-in-time'],
  },
  {
    name: 'entrypoint-arguments',
    model: ['means.json', '[2.0, 4.666666666666667]'],
    hyperparameters: { steps: '5' },
    long: { steps: '600' },
    onProcess: { entrypoint: ['python3', '-u', 'main.py', 'train'] },
    findings: [],
  },
  {
    name: 'request-entrypoint',
    model: ['folds.json', '[2, 1]'],
    entrypoint: ['python3', '/opt/scripts/fit.py'],
    arguments: ['--folds', '2', '--steps', '5'],
    hyperparameters: {},
    onProcess: { entrypoint: ['python3', 'scripts/fit.py'] },
    // It writes no failure file, and no hyperparameter makes it longer.
    findings: ['failure-file'],
    unknown: ['stop-in-time', 'stop-saves'],
  },
  {
    name: 'training-toolkit',
    model: ['model.json', '{"rate":0.5,"rows":3}\n'],
    hyperparameters: { rate: '0.5', steps: '5' },
    long: { steps: '600' },
    onProcess: { source: './container/code' },
    findings: [],
    // It refuses arguments that it does not know.
    unknown: ['hyperparameters-text'],
  },
  {
    name: 'r-script',
    model: ['coefficients.txt', '-0.116 0.453\n'],
    hyperparameters: { steps: '5' },
    long: { steps: '600' },
    onProcess: { entrypoint: ['Rscript', 'fit.R', 'train'] },
    // R ends at no signal as the first process, and reads its settings before it can report an error.
    findings: ['failure-file', 'stop-in-time'],
  },
  {
    name: 'node-dispatch',
    model: ['mean.json', '2'],
    hyperparameters: { steps: '5' },
    long: { steps: '600' },
    onProcess: { entrypoint: ['sh', '-c', 'npm ci --omit=dev --offline && exec node index.js train'] },
    findings: [],
  },
  {
    name: 'python-package',
    model: ['majority.json', '{"1": 2, "4": 1}'],
    hyperparameters: { steps: '5' },
    long: { steps: '600' },
    onProcess: { entrypoint: ['python3', '-c', 'from churn.cli import train; train()'] },
    findings: [],
  },
  {
    name: 'sudo-user',
    model: ['distinct.txt', '3\n'],
    hyperparameters: { steps: '5' },
    long: { steps: '600' },
    // A user without root's rights; without its settings, the program ends before it can report an error.
    findings: ['failure-file', 'other-user', 'user-is-root'],
  },
];

/**
 * Copies a layout into the folder `container` of `dir`, with its data beside it, and writes its job there: `job.json`.
 * `toolkit`: the image that the layout of script mode is built on.
 */
export function writeClassicJob(
  dir: string,
  layout: ClassicLayout,
  { isOnProcess = false, toolkit = 'optml' }: { readonly isOnProcess?: boolean; readonly toolkit?: string } = {},
): void {
  const container = join(dir, 'container');
  cpSync(join(ROOT, 'test', 'fixtures', 'classic', layout.name), container, { recursive: true });
  const dockerfile = join(container, 'Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace('ARG TOOLKIT=optml', `ARG TOOLKIT=${toolkit}`));
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'rows.csv'), ROWS);
  writeFileSync(join(dir, 'job.json'), JSON.stringify(jobOf(layout, isOnProcess ? layout.onProcess : undefined)));
}

function jobOf(layout: ClassicLayout, onProcess: ClassicLayout['onProcess']): object {
  const source = onProcess !== undefined && 'source' in onProcess ? onProcess.source : undefined;
  const entrypoint = onProcess !== undefined && 'entrypoint' in onProcess ? onProcess.entrypoint : layout.entrypoint;
  return {
    TrainingJobName: layout.name,
    AlgorithmSpecification: {
      TrainingImage: 'file://./container',
      TrainingInputMode: 'File',
      ...(entrypoint !== undefined && { ContainerEntrypoint: entrypoint }),
      ...(layout.arguments !== undefined && { ContainerArguments: layout.arguments }),
    },
    HyperParameters: { ...layout.hyperparameters, ...(source !== undefined && { sagemaker_submit_directory: source }) },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data/', S3DataDistributionType: 'FullyReplicated' },
        },
      },
    ],
    OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  };
}
