import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import { isOptmlError, OptmlError } from '../errors/error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { printResult } from '../log/print.ts';
import { jobNameFrom } from '../request/flags.ts';
import { readOptions } from './options/read-options.ts';

const HELP = `optml init - writes a small training project that runs at once

Usage: optml init [DIR]

  DIR      a new or empty folder (default: the working directory)
  --help   this text

Then: optml run job.json --engine process
`;

/**
 * The command \`optml init\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, a folder that holds files, and one that cannot be written to.
 */
export async function initCommand(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { command: 'optml init', help: HELP, optionalOperands: ['DIR'], flags: [] });
  if (given === undefined) return EXIT_CODES.success;
  const dir = resolve(given.operands[0] ?? '.');
  writeProject(dir, projectFiles(jobNameFrom(basename(dir))));
  const job = relative(process.cwd(), join(dir, 'job.json'));
  printResult(`A training project is in ${dir}. Try: optml run ${job} --engine process\n`);
  return EXIT_CODES.success;
}

function writeProject(dir: string, files: Readonly<Record<string, string>>): void {
  try {
    makeFolder(dir);
    if (readdirSync(dir).length > 0) throw unusable(dir, `expected a new or empty folder, and ${dir} holds files`);
    for (const [name, content] of Object.entries(files)) {
      const file = join(dir, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: 'wx' });
    }
  } catch (error) {
    if (isOptmlError(error)) throw error;
    throw unusable(dir, `the project cannot be written to ${dir}: ${(error as Error).message}`, error);
  }
}

function unusable(dir: string, message: string, cause?: unknown): OptmlError {
  const fix = 'Give another folder: nothing is overwritten.';
  return new OptmlError('DESTINATION_INVALID', message, { where: dir, fix, cause });
}

function projectFiles(name: string): Readonly<Record<string, string>> {
  return {
    'src/train.ts': TRAIN,
    'data/points.csv': POINTS,
    Dockerfile: DOCKERFILE,
    'job.json': `${JSON.stringify(jobOf(name), null, 2)}\n`,
  };
}

const TRAIN = `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { channelPath, hyperparameters, modelPath, onStop } from 'optml';

// Fits a line through the points of the channel "training", by gradient descent.
const { epochs = 20, learning_rate: rate = 0.05 } = hyperparameters() as { epochs?: number; learning_rate?: number };
const points = readFileSync(join(channelPath('training'), 'points.csv'), 'utf8')
  .trim()
  .split('\\n')
  .slice(1)
  .map((line) => line.split(',').map(Number) as [number, number]);

// A job that is stopped saves what it has learned.
let isStopped = false;
onStop(() => {
  isStopped = true;
});

async function fit() {
  let [slope, offset] = [0, 0];
  for (let epoch = 1; epoch <= epochs && !isStopped; epoch++) {
    const errors = points.map(([x, y]) => slope * x + offset - y);
    slope -= rate * mean(errors.map((error, index) => 2 * error * points[index]![0]));
    offset -= rate * mean(errors.map((error) => 2 * error));
    console.log(\`epoch=\${epoch} loss=\${mean(errors.map((error) => error ** 2)).toFixed(6)}\`);
    // A stop is heard between two turns.
    await nextTurn();
  }
  writeFileSync(modelPath('model.json'), JSON.stringify({ slope, offset }));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

fit();
`;

const POINTS = `x,y
${[0, 0.5, 1, 1.5, 2, 2.5, 3].map((x) => `${x},${2 * x + 1}`).join('\n')}
`;

const DOCKERFILE = `# The base image is built from optml's own repository: docker build -t optml .
FROM optml
COPY src/ /opt/ml/code/
ENV SAGEMAKER_PROGRAM=train.ts
`;

/** A CreateTrainingJob request with local places. */
function jobOf(name: string): unknown {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: {
      TrainingImage: 'file://.',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
    },
    HyperParameters: { epochs: '20', learning_rate: '0.05' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data' } },
      },
    ],
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: RESOURCE_DEFAULTS.instanceType, InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  };
}
