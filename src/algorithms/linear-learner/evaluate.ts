import type { RowBlock } from '../numeric/row-source.ts';
import { type ModelSet, scoresOf } from './model-set.ts';
import { type Scaler, scaleRows } from './scaler.ts';
import { bestThreshold, type CriterionSettings, isLoss, sortScores } from './threshold.ts';

/** How good a model is on the rows that decide. */
export interface Evaluation {
  /** The mean loss, in the unit of the labels where they are scaled. */
  readonly loss: number;
  /** The criterion, higher is better; for losses minus the loss. */
  readonly rank: number;
  /** The criterion as the log shows it. */
  readonly value: number;
}

/** Rows, and how they are scaled. */
export interface EvaluationRows {
  readonly block: RowBlock;
  readonly features: Scaler;
  readonly label: Scaler | undefined;
}

// Sorting scores of all models after each epoch takes longer than training if there are more.
const CRITERION_ROWS = 20_000;

// So many scores at a time stay in the processor's cache.
const SCORES_AT_ONCE = 65_536;

/** The mean loss of each model, and the criterion on the first 20,000 rows. */
export function evaluateModels(
  models: ModelSet,
  { block, features, label }: EvaluationRows,
  settings: CriterionSettings | undefined,
): readonly Evaluation[] {
  const { plans, task, dim } = models;
  const outputs = models.bias.length;
  const kept = settings === undefined || isLoss(settings.criterion) ? 0 : Math.min(CRITERION_ROWS, block.rows);
  const scoresOfModel = plans.map(() => new Float64Array(kept));
  const losses = new Float64Array(plans.length);
  const atOnce = Math.max(1, Math.floor(SCORES_AT_ONCE / Math.max(dim, outputs)));
  const scaled = new Float64Array(Math.min(atOnce, block.rows) * dim);
  for (let from = 0; from < block.rows; from += atOnce) {
    const count = Math.min(atOnce, block.rows - from);
    scaleRows(block.features.subarray(from * dim, (from + count) * dim), count, features, scaled);
    const scores = scoresOf(models, scaled, count);
    for (let row = 0; row < count; row++) {
      const raw = block.labels[from + row] as number;
      const target = label === undefined ? raw : (raw - (label.mean[0] as number)) / (label.deviation[0] as number);
      for (let model = 0; model < plans.length; model++) {
        const at = row * outputs + model * task.outputs;
        (losses[model] as number) += task.lossAt(scores, at, target, undefined);
        if (from + row < kept) (scoresOfModel[model] as Float64Array)[from + row] = scores[at] as number;
      }
    }
  }
  return plans.map((_, model) => {
    const loss = ((losses[model] as number) / block.rows) * lossUnit(models, label);
    if (settings === undefined || kept === 0) return { loss, rank: -loss, value: loss };
    const sorted = sortScores(scoresOfModel[model] as Float64Array, block.labels.subarray(0, kept));
    const { rank, value } = bestThreshold(sorted, settings);
    return { loss, rank, value };
  });
}

/** The loss of unscaled labels for a loss of 1 of scaled ones. */
export function lossUnit({ task }: Pick<ModelSet, 'task'>, label: Scaler | undefined): number {
  const deviation = label?.deviation[0] ?? 1;
  const isSquare = ['squared_loss', 'eps_insensitive_squared_loss', 'huber_loss'].includes(task.loss);
  return isSquare ? deviation ** 2 : deviation;
}
