import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingContext } from '../../algorithm/context.ts';
import { checkMemory } from '../numeric/check-memory.ts';
import type { XGBOOST_CHANNELS } from './channels.ts';
import type { XGBOOST_HYPERPARAMETERS } from './hyperparameters.ts';
import { labelProblem } from './label-problem.ts';
import type { XGBOOST_METRICS } from './metrics.ts';
import { type MatrixOptions, readMatrix } from './read-matrix.ts';
import { runPython } from './run-python.ts';
import { boostSettings, withoutEffect } from './settings.ts';

/** The job of XGBoost. */
export type XGBoostContext = TrainingContext<
  typeof XGBOOST_HYPERPARAMETERS,
  typeof XGBOOST_CHANNELS,
  typeof XGBOOST_METRICS
>;

/** Reads the channels, and lets the library train, in Python. */
export async function trainXGBoost(context: XGBoostContext): Promise<void> {
  const { hyperparameters: values, channels, signal, log, environment } = context;
  const given = new Set(Object.keys(environment.hyperparameters));
  for (const name of withoutEffect(given)) log.warn(`${name} has no effect`);
  if (values.early_stopping_rounds !== undefined && channels.validation === undefined && values._kfold === undefined) {
    log.warn('early_stopping_rounds has no effect without the channel validation');
  }
  const dir = mkdtempSync(join(tmpdir(), 'optml-xgboost-'));
  try {
    const matrices = await readMatrices(context, dir);
    checkClasses(values.num_class, matrices.train.rows, matrices.train.columns);
    const hasValidation = matrices.validation !== null;
    process.exitCode = await runPython(
      { ...boostSettings(values, given, { hasValidation }), ...matrices, ...placesOf(context) },
      { dir, signal, isOneOfSeveral: context.hosts.length > 1 },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function readMatrices(context: XGBoostContext, dir: string) {
  const { hyperparameters: values, channels, hosts, signal } = context;
  const isAlone = hosts.length === 1;
  const checkLabel = labelProblem(values);
  const options = (name: string): MatrixOptions => ({
    dir: join(dir, name),
    hasWeights: values.csv_weights === 1,
    mayBeEmpty: !isAlone,
    checkLabel,
    signal,
  });
  const given = [channels.train, channels.validation].filter((channel) => channel !== undefined);
  // Folds are made of all rows.
  if (values._kfold !== undefined) return { train: await readMatrix(given, options('train')), validation: null };
  const train = await readMatrix([channels.train], options('train'));
  if (channels.validation === undefined) return { train, validation: null };
  const columns = isAlone ? train.columns : undefined;
  const validation = await readMatrix([channels.validation], { ...options('validation'), columns });
  return { train, validation: { ...validation, columns: Math.max(validation.columns, train.columns) } };
}

// A slope, a curvature and a score of each row for each class, in 32 bits.
function checkClasses(classes: number | undefined, rows: number, columns: number): void {
  checkMemory({
    bytes: (classes ?? 1) * rows * 3 * 4,
    dim: columns,
    fix: 'Reduce num_class to the number of classes.',
  });
}

function placesOf({ modelDir, checkpointDir, outputDataDir, hosts, rank }: XGBoostContext) {
  return {
    modelDir,
    checkpoints: checkpointDir,
    outputDir: outputDataDir,
    // Ranks are in the order of names.
    hosts: [...hosts].sort(),
    rank,
  };
}
