import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ROOT, temporaryFolder } from './job.ts';

const SOUND = join(ROOT, 'test', 'fixtures', 'sound');

/** Starts the drivers of a job, as the newer SDK's request does, also where there is no container. */
export const START_DRIVERS = join(SOUND, 'sm-job', 'train');

/** The words by which the newer SDK starts a container (contract C27). */
const DRIVERS = '/opt/ml/input/data/sm_drivers/sm_train.sh';

/** In what drivers differ from the sound ones: lines of one file, and what replaces them. */
export interface DriversChange {
  readonly about: string;
  /** Its path below the channel `sm_drivers`. */
  readonly file: string;
  readonly changes: ReadonlyArray<{ readonly from: readonly string[]; readonly to: readonly string[] }>;
}

/** A job as the newer SDK's ModelTrainer sends it, with the stand-in for its drivers, changed where a change is given. */
export function driversJob(t: TestContext, change?: DriversChange): Readonly<Record<string, unknown>> {
  const drivers = join(temporaryFolder(t), 'sm_drivers');
  cpSync(join(SOUND, 'sm-drivers'), drivers, { recursive: true });
  if (change !== undefined) applyChange(join(drivers, change.file), change);
  return {
    TrainingJobName: 'model-trainer',
    AlgorithmSpecification: {
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/bash'],
      ContainerArguments: ['-c', `chmod +x ${DRIVERS} && ${DRIVERS}`],
    },
    InputDataConfig: [
      channel('training', join(SOUND, 'sm-job', 'data')),
      channel('code', join(SOUND, 'sm-job', 'code')),
      channel('sm_drivers', drivers),
    ],
    OutputDataConfig: { S3OutputPath: join(drivers, '..', 'output') },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
}

function applyChange(path: string, { changes }: DriversChange): void {
  let text = readFileSync(path, 'utf8');
  for (const { from, to } of changes) {
    const [before = '', after, ...more] = text.split(`${from.join('\n')}\n`);
    assert.ok(after !== undefined && more.length === 0, `${path} holds these lines once:\n${from.join('\n')}`);
    text = `${before}${to.join('\n')}\n${after}`;
  }
  writeFileSync(path, text);
}

function channel(name: string, dir: string): unknown {
  return {
    ChannelName: name,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${dir}/`, S3DataDistributionType: 'FullyReplicated' },
    },
  };
}
