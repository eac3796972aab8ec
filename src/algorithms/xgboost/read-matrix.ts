import { mkdirSync } from 'node:fs';
import type { TrainingChannel } from '../../algorithm/channel.ts';
import { ClientError } from '../../algorithm/client-error.ts';
import type { Batch } from '../../algorithm/data/batch.ts';
import { channelReader } from '../../algorithm/data/channel-reader.ts';
import { DataError } from '../../algorithm/data/data-error.ts';
import { checkMemory } from '../numeric/check-memory.ts';
import { weightProblem } from './label-problem.ts';
import { type MatrixFiles, MatrixWriter } from './matrix-files.ts';

/** How the channels of a matrix are read. */
export interface MatrixOptions {
  /** A folder for its files, which does not exist yet. Absolute. */
  readonly dir: string;
  /** Whether CSV has a weight behind the label. */
  readonly hasWeights: boolean;
  /** The features of the training data: rows of the validation data have as many. */
  readonly columns?: number | undefined;
  /** Whether a channel may have no rows: those of other hosts have. */
  readonly mayBeEmpty: boolean;
  /** What is wrong with a label, or undefined. */
  readonly checkLabel: (label: number) => string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads channels into the files of one matrix, row after row.
 *
 * @throws DataError, ClientError for data that XGBoost cannot learn from.
 */
export async function readMatrix(channels: readonly TrainingChannel[], options: MatrixOptions): Promise<MatrixFiles> {
  const { dir, hasWeights, columns, mayBeEmpty, checkLabel, signal } = options;
  mkdirSync(dir, { recursive: true });
  const writer = new MatrixWriter(dir);
  try {
    for (const channel of channels) {
      const reader = channelReader(channel, {
        signal,
        hasWeights,
        labelSize: 1,
        checkLabel,
        checkWeight: weightProblem,
        delimiter: 'detect',
        // XGBoost learns for each split where rows without the value go.
        missing: 'nan',
      });
      try {
        for await (const batch of reader.epoch()) {
          checkRows(batch, channel.name, columns ?? writer.denseColumns);
          writer.add(batch);
        }
      } catch (error) {
        if (!mayBeEmpty || !(error instanceof DataError) || !EMPTY.has(error.rule)) throw error;
      }
    }
    const matrix = writer.matrix();
    checkMemory({
      bytes: matrix.columns * BYTES_OF_COLUMN,
      dim: matrix.columns,
      fix: 'Use smaller indices of features: XGBoost keeps data for each index up to the largest one.',
    });
    return matrix;
  } finally {
    writer.close();
  }
}

// Bounds, bins and statistics; XGBoost with 4e9 columns was killed on a host of 23 GiB.
const BYTES_OF_COLUMN = 64;

const EMPTY: ReadonlySet<string> = new Set(['channel-empty', 'channel-missing']);

function checkRows(batch: Batch, channel: string, columns: number | undefined): void {
  const isTooWide = columns !== undefined && batch.columns > columns;
  if (isTooWide || (columns !== undefined && batch.kind === 'dense' && batch.columns < columns)) {
    throw new ClientError(`channel ${channel} has ${batch.columns} features in a row, channel train has ${columns}`, {
      where: `channel ${channel}`,
      fix: 'Give all rows of all channels the same features.',
    });
  }
  if (batch.labelSize === 1) return;
  throw new ClientError(`channel ${channel} has ${batch.labelSize} labels for a row; XGBoost takes exactly 1`, {
    where: `channel ${channel}`,
    fix: batch.labelSize === 0 ? 'Give each row a label.' : 'Give each row one label.',
  });
}
