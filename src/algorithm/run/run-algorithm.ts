import { readdirSync } from 'node:fs';
import type { ChannelDeclarations } from '../channel.ts';
import type { TrainingContext } from '../context.ts';
import type { AlgorithmDeclaration } from '../declaration.ts';
import type { Hyperparameters } from '../hyperparameter.ts';
import type { MetricDeclarations } from '../metric.ts';
import { type JobInput, readJobInput } from './job-input.ts';
import { makeContext } from './make-context.ts';
import { reportMistake } from './report-mistake.ts';

/**
 * Runs the job of this process. A mistake of the user is reported and sets the exit code. After a stop without a model, the log
 * reports that.
 *
 * @throws whatever else the training function throws: it ends the process as an uncaught error, with its stack.
 */
export async function runAlgorithm<
  H extends Hyperparameters,
  C extends ChannelDeclarations,
  M extends MetricDeclarations,
>(declaration: AlgorithmDeclaration<H, C, M>): Promise<void> {
  let input: JobInput | undefined;
  let context: TrainingContext<H, C, M> | undefined;
  try {
    input = readJobInput();
    // The declaration's types are those of the values that its checks have read.
    context = makeContext(declaration, input) as unknown as TrainingContext<H, C, M>;
    await declaration.train(context);
    warnOfStop(context);
  } catch (error) {
    // A training function may end by the reason of its signal.
    if (context?.signal.aborted && error === context.signal.reason) warnOfStop(context);
    else if (!reportMistake(error, input?.paths)) throw error;
  }
}

// A stop is no failure: the exit code stays 0, and the platform collects what there is (contract C57).
function warnOfStop({
  signal,
  rank,
  modelDir,
  log,
}: Pick<TrainingContext, 'signal' | 'rank' | 'modelDir' | 'log'>): void {
  // The other hosts of a job may save nothing.
  if (!signal.aborted || rank > 0 || readdirSync(modelDir).length > 0) return;
  log.warn('the job was stopped before there was a model: no model was saved');
}
