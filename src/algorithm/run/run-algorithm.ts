import type { ChannelDeclarations } from '../channel.ts';
import type { TrainingContext } from '../context.ts';
import type { AlgorithmDeclaration } from '../declaration.ts';
import type { Hyperparameters } from '../hyperparameter.ts';
import type { MetricDeclarations } from '../metric.ts';
import { type JobInput, readJobInput } from './job-input.ts';
import { makeContext } from './make-context.ts';
import { reportMistake } from './report-mistake.ts';

/**
 * Runs the job of this process. A mistake of the user is reported and sets the exit code.
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
  } catch (error) {
    // A training function may end by the reason of its signal.
    if (context?.signal.aborted && error === context.signal.reason) return;
    if (!reportMistake(error, input?.paths)) throw error;
  }
}
