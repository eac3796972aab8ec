import { isAbsolute } from 'node:path';
import { JobFolder } from '../../job-tree/job-folder.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasUndelivered, undeliveredParts } from '../../jobs/undelivered-parts.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { usageError } from '../options/usage-error.ts';

/** The checkpoints of a job that runs again. */
export interface RerunCheckpoints {
  readonly config: TrainingJobRequest['CheckpointConfig'];
  /** Lines about them. */
  readonly note: readonly string[];
}

const COMMAND = 'optml rerun';

/**
 * Where the new job `name` finds and keeps checkpoints: those of the recorded job if it is continued, else a new location
 * beside them.
 *
 * @throws OptmlError USAGE if there are none to continue from.
 */
export function withCheckpoints(
  record: JobRecord,
  { name, isContinued }: { readonly name: string; readonly isContinued: boolean },
): RerunCheckpoints {
  const { TrainingJobName: old, request } = record;
  const config = request.CheckpointConfig;
  if (config === undefined) {
    if (!isContinued) return { config, note: [] };
    throw usageError(
      COMMAND,
      `${old} has no CheckpointConfig, so its checkpoints were not kept`,
      'Run it without --from-checkpoint.',
    );
  }
  if (!isContinued) {
    const S3Uri = `${config.S3Uri.replace(/\/+$/, '')}-${name}`;
    const note = `Checkpoints: ${S3Uri}, a new location. Pass --from-checkpoint to continue from ${config.S3Uri}`;
    return { config: { ...config, S3Uri }, note: [note] };
  }
  if (hasUndelivered(record) && undeliveredParts(record).checkpoints) {
    throw usageError(COMMAND, `the last checkpoints of ${old} were not delivered`, `Run "optml deliver ${old}" first.`);
  }
  if (isAbsolute(config.S3Uri) && isEmpty(config.S3Uri)) {
    throw usageError(COMMAND, `there are no checkpoints in ${config.S3Uri}`, 'Run it without --from-checkpoint.');
  }
  return { config, note: [`Checkpoints: continues from ${config.S3Uri}`] };
}

function isEmpty(dir: string): boolean {
  let folder: JobFolder | undefined;
  try {
    folder = JobFolder.openFollowing(dir);
    return folder.names().length === 0;
  } catch {
    // Missing, or no folder.
    return true;
  } finally {
    folder?.close();
  }
}
