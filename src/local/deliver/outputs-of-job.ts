import { mlDirsOf } from '../../staging/ml-dirs.ts';
import type { OutputsRequest } from '../../staging/outputs.ts';
import type { RunContext } from '../run-context.ts';

/** What the collections of a job's outputs have in common: all but what is collected, and where it goes. */
export function outputsOfJob(context: RunContext): Omit<OutputsRequest, 'location' | 'compressionType' | 'onModel'> {
  const { request, dir, options, openStorage, stop, warn, onProgress, onLeftOut } = context;
  return {
    jobName: request.TrainingJobName,
    compression: options.compression,
    mlDirs: mlDirsOf(context),
    workDir: dir,
    variables: options.variables,
    openStorage,
    signal: stop.outputs,
    warn,
    onLeftOut,
    onProgress,
  };
}
