import type { TrainingChannel } from '../../algorithm/channel.ts';
import { ClientError } from '../../algorithm/client-error.ts';
import { channelPasses } from '../numeric/channel-passes.ts';
import { batchRows, checkMemory } from '../numeric/check-memory.ts';
import { randomFrom } from '../numeric/random.ts';
import { openRows, type RowBlock, type RowSource } from '../numeric/row-source.ts';
import { seedOf } from '../numeric/seed.ts';
import type { LinearLearnerContext } from './declaration.ts';
import { finalScores, predictScores, reportedThreshold } from './final-scores.ts';
import { type EpochReport, type FitSettings, fitLinear } from './fit.ts';
import { labelProblem } from './label-problem.ts';
import { type Data, finalMetricName, logName } from './metrics.ts';
import type { ModelPlan } from './model-set.ts';
import { saveLinearModel } from './save.ts';
import { type LinearModel, unscaledModel } from './scaler.ts';
import { criterionSettings, fitSettings, unscaledTask } from './settings.ts';
import { bestThreshold, isLoss, sortScores } from './threshold.ts';

/** Rows that stay in memory for further epochs. */
const TRAIN_BYTES = 512 << 20;
const VALIDATION_BYTES = 256 << 20;

// An object with the hyperparameters of a model.
const BYTES_OF_PLAN = 500;

// Without validation data, so many rows of the training data compare models.
const COMPARED_ROWS = 20_000;

/** Trains the linear learner, and saves the best model. */
export async function trainLinearLearner(context: LinearLearnerContext): Promise<void> {
  const { hyperparameters: given, channels, log, signal } = context;
  const random = randomFrom(seedOf(process.env));
  const passes = (channel: TrainingChannel, dim: number | 'auto') =>
    channelPasses(channel, {
      dim: dim === 'auto' ? undefined : dim,
      labelSize: 1,
      checkLabel: labelProblem(given),
      signal,
    });
  const source = await openRows(passes(channels.train, given.feature_dim), { maxBytes: TRAIN_BYTES, signal });
  const validation =
    channels.validation &&
    (await openRows(passes(channels.validation, source.dim), { maxBytes: VALIDATION_BYTES, signal })).inMemory;
  checkModels(given, source);
  const settings = fitSettings(given, source, validation !== undefined);
  const parameters = settings.plans.length * settings.task.outputs;
  checkMemory({
    // Weights, their slopes, two states of the optimizer and a copy in 64 bits; a batch, and the same scaled.
    bytes:
      source.dim * (5 * 8 * parameters + (4 + 8) * batchRows(source, given.mini_batch_size) + 4 * source.inMemory.rows),
    dim: source.dim,
    fix: 'Use fewer features, or reduce mini_batch_size or num_models.',
  });
  log.info(
    `${settings.plans.length} models, ${source.dim} features, ${source.inMemory.rows}${source.isWhole ? '' : ' and more'} rows`,
  );
  const compared = validation ?? firstRows(source.inMemory, COMPARED_ROWS);
  const { features, label } = settings;
  let trainedRows = 0;
  const result = await fitLinear(source, { block: compared, features, label }, settings, random, {
    epoch: (report) => {
      trainedRows += report.rows;
      if (report.rows > 0) reportEpoch(context, settings, report, validation === undefined ? 'train' : 'validation');
    },
    shouldStop: () => signal.aborted,
  });
  // Stopped before the first batch: the weights are random.
  if (trainedRows === 0) signal.throwIfAborted();
  if (result.stoppedEarly) log.info('Early stopping condition met. Stopping training.');
  const model = unscaledModel(result.model, features, label);
  requireFinite(model);
  const task = unscaledTask(given);
  const threshold = chooseThreshold(given, model, validation ?? source.inMemory);
  const scoreSettings = { threshold, fBeta: given.f_beta, topK: given.accuracy_top_k };
  const report = (data: Data, block: RowBlock) =>
    reportScores(context, data, finalScores(model, task, block, scoreSettings));
  report(validation === undefined ? 'train' : 'validation', validation ?? source.inMemory);
  const hyperparameters = describePlan(result.plan);
  log.info(`Best model found for hyperparameters: ${JSON.stringify(hyperparameters)}`);
  await saveLinearModel(context.modelDir, {
    model,
    task,
    threshold: reportedThreshold(task, threshold),
    hyperparameters,
  });
  if (channels.test === undefined) log.info('Test data is not provided.');
  else if (!signal.aborted) {
    report(
      'test',
      (await openRows(passes(channels.test, source.dim), { maxBytes: VALIDATION_BYTES, signal })).inMemory,
    );
  }
}

// Before the models are made.
function checkModels(
  { num_models: models, num_classes: classes = 1 }: LinearLearnerContext['hyperparameters'],
  source: RowSource,
): void {
  if (models === 'auto') return;
  checkMemory({
    bytes: models * (classes * 5 * 8 * source.dim + BYTES_OF_PLAN),
    dim: source.dim,
    fix: 'Reduce num_models.',
  });
}

// The formats of the model have 32 bits.
function requireFinite({ weights, bias }: LinearModel): void {
  const fits = (value: number) => Number.isFinite(Math.fround(value));
  if (weights.every(fits) && bias.every(fits)) return;
  throw new ClientError('training diverged: the weights of the model are not finite', {
    where: 'channel train, hyperparameter learning_rate',
    fix: 'Reduce learning_rate, scale the features and labels, or set normalize_data to true.',
  });
}

function firstRows({ rows, dim, features, labels }: RowBlock, most: number): RowBlock {
  const count = Math.min(rows, most);
  return { rows: count, dim, features: features.subarray(0, count * dim), labels: labels.subarray(0, count) };
}

/** The threshold of the score from which a row is predicted to be positive. */
function chooseThreshold(given: LinearLearnerContext['hyperparameters'], model: LinearModel, rows: RowBlock): number {
  if (given.predictor_type !== 'binary_classifier') return 0;
  const settings = criterionSettings(given);
  if (isLoss(settings.criterion)) return 0;
  const samples = given.num_calibration_samples;
  const sample = firstRows(rows, samples === 'auto' ? rows.rows : samples);
  return bestThreshold(sortScores(predictScores(model, sample), sample.labels), settings).threshold;
}

function reportEpoch(context: LinearLearnerContext, settings: FitSettings, report: EpochReport, data: Data): void {
  const { reportMetric, log, currentHost } = context;
  const { epoch, evaluation, isBest, rows, seconds, trainLoss } = report;
  const detail = settings.task.objective;
  reportMetric('train:objective_loss', trainLoss, { epoch, detail });
  if (data === 'validation') reportMetric('validation:objective_loss', evaluation.loss, { epoch, detail });
  const criterion =
    settings.criterion === undefined ? logName('objective_loss', detail) : `sampled_${settings.criterion.criterion}`;
  log.info(
    `#early_stopping_criteria_metric: host=${currentHost}, epoch=${epoch}, criteria=${criterion}, value=${evaluation.value}`,
  );
  if (isBest) log.info(`Epoch ${epoch}: Loss improved. Updating best model`);
  reportMetric('train:progress', Math.floor(((epoch + 1) * 100) / settings.epochs));
  reportMetric('train:throughput', rows / seconds);
}

function reportScores(context: LinearLearnerContext, data: Data, scores: ReturnType<typeof finalScores>): void {
  for (const { name, detail = '', value } of scores) {
    context.log.info(`#${data}_score (${context.currentHost}) : ('${logName(name, detail)}', ${value})`);
  }
  for (const { name, detail = '', value } of scores) {
    context.reportMetric(finalMetricName(data, name), value, { detail });
  }
}

function describePlan({ optimizer, learningRate, l1, wd, scheduler, classWeights }: ModelPlan) {
  return {
    optimizer,
    learning_rate: learningRate,
    l1,
    wd,
    ...(classWeights?.length === 2 ? { positive_example_weight_mult: classWeights[1] as number } : {}),
    ...(scheduler === undefined
      ? {}
      : {
          lr_scheduler_step: scheduler.step,
          lr_scheduler_factor: scheduler.factor,
          lr_scheduler_minimum_lr: scheduler.minimum,
        }),
  };
}
