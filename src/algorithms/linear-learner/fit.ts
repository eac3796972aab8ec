import type { Random } from '../numeric/random.ts';
import type { RowSource } from '../numeric/row-source.ts';
import { type Evaluation, type EvaluationRows, evaluateModels } from './evaluate.ts';
import { copyModel, type InitSettings, type ModelPlan, newModels, trainOnBatch } from './model-set.ts';
import { type LinearModel, type Scaler, scaleRows } from './scaler.ts';
import type { Task } from './task.ts';
import type { CriterionSettings } from './threshold.ts';

/** How the linear learner trains; all `auto` values are resolved. */
export interface FitSettings {
  readonly task: Task;
  readonly plans: readonly ModelPlan[];
  readonly useBias: boolean;
  readonly init: InitSettings;
  readonly epochs: number;
  readonly miniBatchSize: number;
  readonly patience: number;
  readonly tolerance: number;
  /** Undefined: models are compared by their loss. */
  readonly criterion: CriterionSettings | undefined;
  /** Without validation data: early stopping looks at the loss, whatever the criterion is, and the last epoch is kept. */
  readonly stopsByLoss: boolean;
  readonly features: Scaler;
  readonly label: Scaler | undefined;
}

/** What the caller learns after each epoch. */
export interface EpochReport {
  readonly epoch: number;
  readonly rows: number;
  readonly seconds: number;
  /** The mean loss of the best model's batches while it was trained. */
  readonly trainLoss: number;
  /** Of the best model of this epoch. */
  readonly evaluation: Evaluation;
  readonly isBest: boolean;
}

/** The best model, of all models after all epochs. */
export interface FitResult {
  /** For scaled features and labels. */
  readonly model: LinearModel;
  readonly plan: ModelPlan;
  readonly epoch: number;
  readonly stoppedEarly: boolean;
}

/** Trains all models on the same batches, and keeps the best after each epoch. */
export async function fitLinear(
  source: RowSource,
  rows: EvaluationRows,
  settings: FitSettings,
  random: Random,
  progress: { readonly epoch: (report: EpochReport) => void; readonly shouldStop: () => boolean },
): Promise<FitResult> {
  const { task, plans, epochs, miniBatchSize } = settings;
  const models = newModels(plans, task, source.dim, settings.useBias, settings.init, random);
  const scaled = scaledBatch(source.dim, settings);
  let best: (FitResult & { readonly evaluation: Evaluation }) | undefined;
  const stop = earlyStopping(settings);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const started = performance.now();
    const losses = new Float64Array(plans.length);
    let count = 0;
    for await (const batch of source.batches(miniBatchSize, random)) {
      const { features, labels } = scaled(batch.features, batch.labels, batch.rows);
      trainOnBatch(models, features, labels, batch.rows, step++).forEach((loss, model) => {
        (losses[model] as number) += loss;
      });
      count += batch.rows;
      if (progress.shouldStop()) break;
    }
    const evaluations = evaluateModels(models, rows, settings.criterion);
    const index = bestIndex(evaluations);
    const evaluation = evaluations[index] as Evaluation;
    const isBest = best === undefined || isChosen(evaluation, best.evaluation, settings);
    if (isBest) {
      best = {
        model: copyModel(models, index),
        plan: plans[index] as ModelPlan,
        epoch,
        stoppedEarly: false,
        evaluation,
      };
    }
    const seconds = (performance.now() - started) / 1000;
    progress.epoch({ epoch, rows: count, seconds, trainLoss: (losses[index] as number) / count, evaluation, isBest });
    if (progress.shouldStop()) break;
    if (stop(evaluations) && epoch + 1 < epochs) return { ...(best as FitResult), stoppedEarly: true };
  }
  return best ?? { model: copyModel(models, 0), plan: plans[0] as ModelPlan, epoch: 0, stoppedEarly: false };
}

/**
 * The loss of the training rows has no part for the regularization: the lowest one is often that of an epoch in which the
 * weights were still too large. Without validation data, the last epoch is kept, as scikit-learn does.
 */
function isChosen(evaluation: Evaluation, best: Evaluation, { stopsByLoss }: FitSettings): boolean {
  return stopsByLoss ? !Number.isNaN(evaluation.loss) : isBetter(evaluation, best);
}

/** Equal criteria, as small data often has them: the lower loss. */
function isBetter(one: Evaluation, other: Evaluation): boolean {
  if (Number.isNaN(other.loss)) return true;
  return one.rank > other.rank || (one.rank === other.rank && one.loss < other.loss);
}

function bestIndex(evaluations: readonly Evaluation[]): number {
  return evaluations.reduce(
    (best, evaluation, index) => (isBetter(evaluation, evaluations[best] as Evaluation) ? index : best),
    0,
  );
}

/** Whether the best value has not improved enough for `patience` epochs. */
function earlyStopping({
  patience,
  tolerance,
  stopsByLoss,
}: FitSettings): (evaluations: readonly Evaluation[]) => boolean {
  let best = Number.NEGATIVE_INFINITY;
  let epochsWithout = 0;
  return (evaluations) => {
    const values = evaluations
      .map(({ loss, rank }) => (stopsByLoss ? -loss : rank))
      .filter((value) => !Number.isNaN(value));
    const value = Math.max(...values);
    if (value - best > tolerance * Math.abs(best) || best === Number.NEGATIVE_INFINITY) {
      best = value;
      epochsWithout = 0;
    } else {
      epochsWithout++;
    }
    return epochsWithout >= patience;
  };
}

function scaledBatch(dim: number, { features: scaler, label }: FitSettings) {
  let features = new Float64Array(0);
  let labels = new Float64Array(0);
  return (rows: Float32Array, raw: Float64Array, count: number) => {
    if (features.length < count * dim) features = new Float64Array(count * dim);
    scaleRows(rows, count, scaler, features);
    if (label === undefined) return { features, labels: raw };
    if (labels.length < count) labels = new Float64Array(count);
    scaleRows(raw, count, label, labels);
    return { features, labels };
  };
}
