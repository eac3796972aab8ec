import { ClientError } from '../../algorithm/client-error.ts';
import { channelPasses } from '../numeric/channel-passes.ts';
import { batchRows, checkMemory } from '../numeric/check-memory.ts';
import { randomFrom } from '../numeric/random.ts';
import { openRows, type RowBlock, type RowSource } from '../numeric/row-source.ts';
import { seedOf } from '../numeric/seed.ts';
import type { KMeansContext } from './declaration.ts';
import { fitKMeans, type KMeansProgress, type KMeansSettings, squaredDistances } from './fit.ts';
import type { Centers } from './nearest.ts';
import { saveKMeans } from './save.ts';

/** `auto` of extra_center_factor and of local_lloyd_num_trials: what AWS's log shows. */
const AUTO_FACTOR = 10;
const AUTO_TRIALS = 10;

/** Rows that stay in memory for further epochs and for the final score. */
const TRAIN_BYTES = 512 << 20;

/** Trains k-means, and saves the model. */
export async function trainKMeans(context: KMeansContext): Promise<void> {
  const { hyperparameters, channels, log, signal, modelDir } = context;
  const random = randomFrom(seedOf(process.env));
  const rows = { dim: hyperparameters.feature_dim, labelSize: 0, signal } as const;
  const source = await openRows(channelPasses(channels.train, rows), { maxBytes: TRAIN_BYTES, signal });
  const settings = settingsOf(hyperparameters, source);
  checkMemory({
    // Moving centers, their sums and two copies in 64 bits; a batch beside the rows in memory.
    bytes:
      source.dim *
      (4 * 8 * settings.k * settings.extraCenterFactor +
        4 * batchRows(source, settings.miniBatchSize) +
        4 * source.inMemory.rows),
    dim: source.dim,
    fix: 'Use fewer features, or reduce k, extra_center_factor or mini_batch_size.',
  });
  if (settings.miniBatchSize > source.inMemory.rows) {
    log.warn(
      `mini_batch_size is ${settings.miniBatchSize}, and channel train has ${source.inMemory.rows} rows: they are one batch`,
    );
  }
  const centers = await fitKMeans(source, settings, random, progressOf(context, settings));
  await saveKMeans(modelDir, centers);
  const train = squaredDistances(source.inMemory.features, source.inMemory.rows, centers);
  context.reportMetric('train:msd', train.ssd / train.rows);
  if (channels.test === undefined) log.info('Test data is not provided.');
  else if (!signal.aborted) await reportTest(context, channelPasses(channels.test, rows)(), centers);
}

function settingsOf(hyperparameters: KMeansContext['hyperparameters'], source: RowSource): KMeansSettings {
  const { k, extra_center_factor: factor, local_lloyd_num_trials: trials } = hyperparameters;
  const rows = source.inMemory.rows;
  const needed = factor === 'auto' ? k : k * factor;
  if (needed > rows) {
    const reason =
      factor === 'auto' ? `k is ${k}` : `k is ${k} and extra_center_factor is ${factor}: ${needed} centers`;
    throw new ClientError(
      `${reason}, but only ${rows} rows of channel train ${source.isWhole ? 'exist' : 'fit into memory'}`,
      {
        where: factor === 'auto' ? 'hyperparameter k' : 'hyperparameters k, extra_center_factor',
        fix: `Use at most ${rows} centers, or more data.`,
      },
    );
  }
  return {
    k,
    extraCenterFactor: factor === 'auto' ? Math.min(AUTO_FACTOR, Math.floor(rows / k)) : factor,
    initMethod: hyperparameters.init_method,
    miniBatchSize: hyperparameters.mini_batch_size,
    epochs: hyperparameters.epochs,
    halfLifeTimeSize: hyperparameters.half_life_time_size,
    localLloyd: {
      initMethod: hyperparameters.local_lloyd_init_method,
      maxIterations: hyperparameters.local_lloyd_max_iter,
      tolerance: hyperparameters.local_lloyd_tol,
      trials: trials === 'auto' ? AUTO_TRIALS : trials,
    },
  };
}

function progressOf({ reportMetric, log, signal }: KMeansContext, { epochs }: KMeansSettings): KMeansProgress {
  return {
    epoch: (epoch, rows, seconds) => {
      log.info(`processed a total of ${rows} examples`);
      reportMetric('train:progress', Math.floor(((epoch + 1) * 100) / epochs));
      reportMetric('train:throughput', rows / seconds);
    },
    shrinking: (from, to) => log.info(`shrinking ${from} centers into ${to}`),
    trial: (trial, msd) => log.info(`local kmeans attempt #${trial}. Current mean square distance ${msd.toFixed(6)}`),
    shouldStop: () => signal.aborted,
  };
}

async function reportTest(context: KMeansContext, blocks: AsyncIterable<RowBlock>, centers: Centers): Promise<void> {
  let rows = 0;
  let ssd = 0;
  for await (const block of blocks) {
    const part = squaredDistances(block.features, block.rows, centers);
    rows += part.rows;
    ssd += part.ssd;
  }
  for (const metric of context.hyperparameters.eval_metrics) {
    context.log.info(`#test_score (${context.currentHost}) : ('${metric}', ${metric === 'msd' ? ssd / rows : ssd})`);
  }
  for (const metric of context.hyperparameters.eval_metrics) {
    context.reportMetric(`test:${metric}`, metric === 'msd' ? ssd / rows : ssd);
  }
}
