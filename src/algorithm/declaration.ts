import type { ChannelDeclarations } from './channel.ts';
import type { TrainingContext } from './context.ts';
import type { Hyperparameters } from './hyperparameter.ts';
import type { MetricDeclarations } from './metric.ts';
import type { ValuesOf } from './values.ts';

/** One declaration of an algorithm: what it takes, and the function that trains. */
export interface AlgorithmDeclaration<
  H extends Hyperparameters = Hyperparameters,
  C extends ChannelDeclarations = ChannelDeclarations,
  M extends MetricDeclarations = MetricDeclarations,
> {
  /** For messages and documentation: `k-means`. */
  readonly name: string;
  /** One or two sentences. */
  readonly description?: string;
  readonly hyperparameters: H;
  readonly channels: C;
  readonly metrics: M;
  /** Whether a job may have several hosts; by default false. */
  readonly distributed?: boolean;
  /**
   * What is wrong with several hyperparameters together: one message for each mistake, which names the hyperparameters.
   * Called only if each of them is right.
   */
  readonly check?: (values: ValuesOf<H>) => readonly string[];
  /** Trains. What it throws fails the job: a {@link ClientError} is a mistake of the user, all else one of the algorithm. */
  readonly train: (context: TrainingContext<H, C, M>) => void | Promise<void>;
}

/** An algorithm that can run. */
export interface Algorithm<
  H extends Hyperparameters = Hyperparameters,
  C extends ChannelDeclarations = ChannelDeclarations,
  M extends MetricDeclarations = MetricDeclarations,
> extends AlgorithmDeclaration<H, C, M> {
  /** Runs the job of this process: reads and checks its configuration, trains, and reports how it ended. */
  readonly main: () => Promise<void>;
}
