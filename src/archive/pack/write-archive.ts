import { promises, type Stats } from 'node:fs';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { type Compression, NODE_COMPRESSION } from '../choose-compression.ts';
import { ChunkPool } from '../chunk-pool.ts';
import { FilterError } from '../filter-program.ts';
import { archiveChunks, type Walk } from './archive-chunks.ts';
import { compressInto } from './compress.ts';
import { EarlySync } from './early-sync.ts';
import { type Excluded, type IsLeftOut, isExcluded } from './excluded.ts';
import type { PackResult, PackSettings } from './pack.ts';
import { PackProgress } from './pack-progress.ts';

interface Packing {
  /** Undefined for a folder that is missing. */
  readonly folder: JobFolder | undefined;
  /** The file to create. */
  readonly partial: string;
  readonly excluded: Excluded;
  readonly options: PackSettings;
}

/**
 * Writes the archive to a new file, and syncs it. A compressor that fails is no reason to lose a model: Node compresses then.
 *
 * @throws OptmlError PACKAGING_FAILED when an entry changes; the signal's reason; system errors.
 */
export async function writeArchive(compression: Compression, packing: Packing): Promise<PackResult> {
  try {
    return await packOnce(compression, packing);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    await promises.rm(packing.partial);
    packing.options.warn?.(`${error.message}. Packing again without it`);
    return packOnce(NODE_COMPRESSION, packing);
  }
}

async function packOnce(compression: Compression, packing: Packing): Promise<PackResult> {
  const { folder, partial, options } = packing;
  const target = await promises.open(partial, 'wx+', 0o644);
  const isLeftOut = leftOut(packing.excluded, await target.stat());
  const progress = new PackProgress(folder, isLeftOut, options.onProgress);
  const walk: Walk = {
    folder,
    isLeftOut,
    latestSeconds: latestSeconds(options.variables),
    pool: new ChunkPool(),
    warn: options.warn ?? (() => undefined),
    onLink: options.onLink,
    onBytes: (bytes) => progress.add(bytes),
    entries: 0,
  };
  try {
    options.signal?.throwIfAborted();
    const sync = new EarlySync(target);
    const chunks = sync.alongside(archiveChunks(walk));
    const threads = Number(options.variables['UV_THREADPOOL_SIZE']) || undefined;
    await compressInto({ target, chunks, pool: walk.pool, threads, signal: options.signal }, compression);
    await sync.finish();
    return { entries: walk.entries, bytes: (await target.stat()).size };
  } finally {
    await progress.stop();
    await target.close();
  }
}

/** Leaves out the archive itself by its identity, too: a job can have given it further names. */
function leftOut(excluded: Excluded, archive: Stats): IsLeftOut {
  return (entry) => isExcluded(excluded, entry) || (entry.stats.ino === archive.ino && entry.stats.dev === archive.dev);
}

function latestSeconds({ SOURCE_DATE_EPOCH: epoch = '' }: Readonly<NodeJS.ProcessEnv>): number | undefined {
  return /^\d+$/.test(epoch) ? Number(epoch) : undefined;
}
