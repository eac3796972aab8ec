import { join } from 'node:path';
import { ownedBySudoUser } from '../../staging/delivery/sudo-owner.ts';
import { collectTensorBoard } from '../../staging/outputs.ts';
import { tensorBoardPlace } from '../../staging/tensorboard-path.ts';
import type { RunContext } from '../run-context.ts';
import { outputsOfJob } from './outputs-of-job.ts';

/** Delivers the TensorBoard logs of a job whose hosts have ended. A problem is a warning: the model matters more. */
export async function keepTensorBoard(context: RunContext): Promise<void> {
  const { request, stop, warn, progress } = context;
  const place = tensorBoardPlace(request);
  if (place === undefined || stop.outputs.aborted) return;
  const { dir, location, localPath } = place;
  if (dir === undefined) {
    warn(
      `The TensorBoard logs in ${localPath} are not kept. Set TensorBoardOutputConfig.LocalPath to a folder of their own below /opt/ml/output, such as /opt/ml/output/tensorboard`,
    );
    return;
  }
  const jobName = request.TrainingJobName;
  try {
    const kept = await ownedBySudoUser(join(location, jobName), context, () =>
      collectTensorBoard(dir, {
        ...outputsOfJob(context),
        location,
        compressionType: 'NONE',
      }),
    );
    if (kept !== undefined) progress.note({ tensorBoard: kept });
  } catch (error) {
    warn(`The TensorBoard logs are not kept in ${location}: ${(error as Error).message}`);
  }
}
