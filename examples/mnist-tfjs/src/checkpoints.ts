import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { modelFiles } from './model-files.ts';

/** How well the model did at the end of an epoch. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly train_loss: number;
  readonly test_accuracy: number;
}

/** How far the training has come. */
export interface Progress {
  /** The epoch under way, from 1. */
  epoch: number;
  /** Its batches that are done. */
  batch: number;
  /** Over the images of these batches. */
  lossSum: number;
  readonly history: EpochMetrics[];
}

/** All that is needed to go on as if nothing had happened. */
export interface Checkpoint {
  /** With the state of its optimizer. */
  readonly model: tf.LayersModel;
  readonly progress: Progress;
  /** The hyperparameters that must not change in between. */
  readonly identity: Readonly<Record<string, number>>;
}

const FOLDER = /^epoch-(\d+)-batch-(\d+)$/;

/**
 * Writes a checkpoint under a temporary name, renames it, and removes the older ones: there is always a whole one. The
 * same place in the training has the same checkpoint, which is written once.
 */
export async function saveCheckpoint(dir: string, { model, progress, identity }: Checkpoint): Promise<void> {
  const name = `epoch-${progress.epoch}-batch-${progress.batch}`;
  if ((await checkpointNames(dir)).includes(name)) return;
  const partial = join(dir, `partial-${name}`);
  await mkdir(partial, { recursive: true });
  await model.save(modelFiles(partial), { includeOptimizer: true });
  await writeFile(join(partial, 'progress.json'), JSON.stringify({ identity, progress }));
  await rename(partial, join(dir, name));
  for (const other of await checkpointNames(dir)) {
    if (other !== name) await rm(join(dir, other), { recursive: true, force: true });
  }
}

/** The newest checkpoint in the folder, or undefined. One that was made with other hyperparameters is an error. */
export async function loadCheckpoint(
  dir: string,
  identity: Checkpoint['identity'],
): Promise<Pick<Checkpoint, 'model' | 'progress'> | undefined> {
  const name = (await checkpointNames(dir)).at(-1);
  if (name === undefined) return undefined;
  const saved = JSON.parse(await readFile(join(dir, name, 'progress.json'), 'utf8')) as Omit<Checkpoint, 'model'>;
  if (!isDeepStrictEqual(saved.identity, identity)) {
    throw new Error(
      `The checkpoint ${join(dir, name)} was made with ${JSON.stringify(saved.identity)}: remove it, or train with the same hyperparameters`,
    );
  }
  return { model: await tf.loadLayersModel(modelFiles(join(dir, name))), progress: saved.progress };
}

// Oldest first. The platform's uploader may leave files of its own in the folder.
async function checkpointNames(dir: string): Promise<string[]> {
  const found = (await readdir(dir)).flatMap((name) => {
    const [, epoch, batch] = FOLDER.exec(name) ?? [];
    return epoch === undefined ? [] : [{ name, epoch: Number(epoch), batch: Number(batch) }];
  });
  return found.sort((a, b) => a.epoch - b.epoch || a.batch - b.batch).map(({ name }) => name);
}
