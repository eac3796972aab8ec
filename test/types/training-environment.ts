// Compile-time expectations: checked by `npx tsc`, never run.
import {
  channelPath,
  checkpointPath,
  modelPath,
  onStop,
  outputDataPath,
  type ScriptEnvironment,
  trainingEnvironment,
} from '../../src/training/index.ts';
import { expectType, type Same } from './expect-type.ts';

export function environmentIsReadOnly(): void {
  const environment = trainingEnvironment();
  expectType<Same<typeof environment, ScriptEnvironment>>();
  // @ts-expect-error: a folder cannot be moved
  environment.modelDir = '/elsewhere';
  // @ts-expect-error: hosts cannot be replaced
  environment.hosts = [];
  // @ts-expect-error: nor added to
  environment.hosts.push('algo-2');
  // @ts-expect-error: channels neither
  environment.channels['training'] = '/elsewhere';
  // @ts-expect-error: nor hyperparameters
  environment.hyperparameters['epochs'] = 3;
  // @ts-expect-error: a number is a number
  environment.numGpus = 1;
}

export function environmentSaysWhatMayBeMissing(): void {
  const environment = trainingEnvironment();
  expectType<Same<typeof environment.jobName, string | undefined>>();
  expectType<Same<typeof environment.modelDir, string>>();
  expectType<Same<typeof environment.isMaster, boolean>>();
  expectType<Same<typeof environment.hostRank, number>>();
  // A channel by name may not be there; channelDir throws instead.
  const training = environment.channels['training'];
  expectType<Same<typeof training, string | undefined>>();
  expectType<Same<ReturnType<typeof environment.channelDir>, string>>();
  // @ts-expect-error: there is no such member
  environment.modelDirectory;
}

export function paths(): void {
  for (const path of [
    modelPath(),
    modelPath('a'),
    outputDataPath('a', 'b'),
    checkpointPath(),
    channelPath('training', 'x'),
  ]) {
    expectType<Same<typeof path, string>>();
  }
  // @ts-expect-error: a channel has to be named
  channelPath();
  // @ts-expect-error: names are text
  modelPath(1);
}

export function stopping(): void {
  const takeBack = onStop((remainingSeconds) => {
    expectType<Same<typeof remainingSeconds, number>>();
  });
  expectType<Same<typeof takeBack, () => void>>();
  onStop(async () => undefined);
  onStop(() => {
    // Nothing has to be returned, and the seconds need not be taken.
  });
  // @ts-expect-error: a callback gets no text
  onStop((reason: string) => console.log(reason));
}
