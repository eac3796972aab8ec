import { promises } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { locationBelow, parseLocation, type S3Location, s3Uri } from '../contract/location.ts';
import { ARTIFACT_NAMES, RELATIVE_PATHS } from '../contract/paths.ts';
import { makeWhole } from '../files/make-whole.ts';
import { copyTree } from '../job-tree/copy/copy-tree.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { rawName, shownName } from '../job-tree/raw-name.ts';
import { removePath } from '../job-tree/remove-tree.ts';
import { pacedWalk, type TreeEntry } from '../job-tree/walk-tree.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import { addUp, type OnProgress } from '../log/transfer-progress.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { type OpenFile, uploadOpenFile } from '../storage/upload-open-file.ts';
import { gatherOutputs } from './delivery/gather-outputs.ts';
import { leftOutWarning } from './delivery/left-out.ts';
import { uploadFolder } from './delivery/upload-folder.ts';

/** A folder of every host that is collected when a job ends. */
interface Collected {
  /** Its place below a host's `/opt/ml`. */
  readonly dir: string;
  /** Name of its archive, and of its folder where it is not compressed (contract C53). */
  readonly archive: string;
  readonly folder: string;
  /** The folder below that of the job at the location. */
  readonly parent: string;
  /** Whether links are left out; others are copied as links. */
  readonly hasNoLinks?: boolean;
  /** Folder of the job with the files of all hosts. */
  readonly gathered: string;
}

const MODEL: Collected = {
  dir: RELATIVE_PATHS.modelDir,
  ...ARTIFACT_NAMES.model,
  parent: 'output',
  gathered: WORK_NAMES.mergedModel,
};
const OUTPUT: Collected = {
  dir: RELATIVE_PATHS.outputDataDir,
  ...ARTIFACT_NAMES.output,
  parent: 'output',
  gathered: WORK_NAMES.mergedOutput,
};

/** What collecting the outputs of a job needs. */
export interface OutputsRequest {
  readonly jobName: string;
  /** `S3OutputPath`: an absolute path or an S3 URI. */
  readonly location: string;
  /** `OutputDataConfig.CompressionType`. */
  readonly compressionType: 'GZIP' | 'NONE';
  /** What compresses: the user's setting `OPTML_COMPRESSION`. */
  readonly compression: string;
  /** Each host's `/opt/ml`, in the order of their numbers. */
  readonly mlDirs: readonly string[];
  /** The job's folder, in which the hosts' folders are. */
  readonly workDir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly openStorage: () => Promise<ObjectStorage>;
  /** Aborting it gives up: what is not there yet stays absent. The signal's own reason is thrown. */
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Receives the location of the model as soon as it is there: what follows may still be given up. */
  readonly onModel?: (location: string) => void;
  /** Receives, for each folder in whose place a job has put something else, a sentence that names it. It is not collected. */
  readonly onLeftOut?: (sentence: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

// Only this process's user sees a folder until it is complete.
const PRIVATE = 0o700;

/** Where the outputs of a job are: paths or URIs. */
export interface Outputs {
  /** The model, or undefined where no host left one. */
  readonly model: string | undefined;
  readonly others: readonly string[];
}

/**
 * Brings the models and other outputs of all hosts together at `S3OutputPath/JOB/output/`, as `model.tar.gz` and
 * `output.tar.gz`, or uncompressed (contract C53). Of clashing names the later host's wins, with a warning.
 *
 * @throws OptmlError PACKAGING_FAILED, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or S3_FAILED.
 */
export async function collectOutputs(request: OutputsRequest): Promise<Outputs> {
  const model = await collect(MODEL, request);
  if (model !== undefined) request.onModel?.(model);
  const others = await collect(OUTPUT, request);
  return { model, others: others === undefined ? [] : [others] };
}

/** Name of the folder with the TensorBoard logs of a job, as SageMaker's SDK expects it. */
const TENSORBOARD_FOLDER = 'tensorboard-output';

/**
 * Brings the TensorBoard logs of all hosts, which are in the folder `dir` below each `/opt/ml`, together at
 * `S3OutputPath/JOB/tensorboard-output`. Returns this place; undefined if there are none. Links are left out: TensorBoard
 * would follow them.
 *
 * @throws as {@link collectOutputs}.
 */
export async function collectTensorBoard(dir: string, request: OutputsRequest): Promise<string | undefined> {
  const names = { archive: TENSORBOARD_FOLDER, folder: TENSORBOARD_FOLDER, parent: '.' };
  return collect({ dir, ...names, hasNoLinks: true, gathered: WORK_NAMES.mergedTensorBoard }, request);
}

async function collect(what: Collected, request: OutputsRequest): Promise<string | undefined> {
  request.signal.throwIfAborted();
  const onLeftOut = (sentence: string) => {
    request.warn(leftOutWarning(sentence));
    request.onLeftOut?.(sentence);
  };
  const folder = await gatherOutputs({ ...request, ...what, onLeftOut });
  if (folder === undefined) return undefined;
  try {
    return await deliver(folder, what, request);
  } finally {
    folder.close();
  }
}

async function deliver(folder: JobFolder, what: Collected, request: OutputsRequest): Promise<string> {
  await warnOfLinks(folder, what, request);
  const parsed = parseLocation(request.location);
  const name = request.compressionType === 'NONE' ? what.folder : what.archive;
  const below = join(request.jobName, what.parent, name);
  if ('s3' in parsed) return upload(folder, { ...request, target: locationBelow(parsed.s3, below) });
  const target = join(request.location, below);
  await promises.mkdir(dirname(target), { recursive: true });
  if (request.compressionType === 'NONE') await copyFolder(folder, target, what, request);
  else await pack(folder, target, request);
  return target;
}

async function warnOfLinks(folder: JobFolder, { dir }: Collected, { warn, signal }: OutputsRequest): Promise<void> {
  if (dir !== RELATIVE_PATHS.modelDir) return;
  let count = 0;
  let first = '';
  for await (const { name, stats } of pacedWalk(folder, signal, { onError: () => undefined })) {
    if (stats.isSymbolicLink() && ++count === 1) first = shownName(name);
  }
  if (count === 0) return;
  warn(`The model holds ${count} link(s), such as ${first}: SageMaker hosting refuses such an archive (C53)`);
}

async function pack(folder: JobFolder, file: string, request: OutputsRequest): Promise<void> {
  const { compression, variables, signal, warn, onProgress } = request;
  const { packDirectory } = await import('#archive/pack/pack');
  await packDirectory(folder, file, {
    compression,
    variables,
    signal,
    warn,
    onProgress: (done, total) => onProgress(`Packing ${file}`, done, total),
  });
}

// The target may be on another disk.
async function copyFolder(
  from: JobFolder,
  target: string,
  { hasNoLinks = false }: Collected,
  { warn, signal }: OutputsRequest,
): Promise<void> {
  const isLeftOut = ({ stats }: TreeEntry) => hasNoLinks && stats.isSymbolicLink();
  const copy = async (partial: string) => {
    const parent = JobFolder.openFollowing(dirname(partial));
    try {
      const to = parent.createFolder(rawName(basename(partial)), PRIVATE);
      await copyTree(from, to, { warn, signal, isDurable: true, isLeftOut }).finally(() => to.close());
    } finally {
      parent.close();
    }
    await removePath(target);
  };
  await makeWhole(target, copy, { signal, isNameDurable: true });
}

async function upload(folder: JobFolder, request: OutputsRequest & { readonly target: S3Location }): Promise<string> {
  const { target, compressionType, signal, warn } = request;
  const storage = await request.openStorage();
  // One for all files: each of many small ones takes less time than is shown.
  const begin = () => {
    const onProgress: OnProgress = (done, total) => request.onProgress(`Uploading ${s3Uri(target)}`, done, total);
    onProgress(0, undefined);
    return { signal, onBytes: addUp(onProgress, undefined) };
  };
  if (compressionType === 'NONE') {
    const transfer = begin();
    const send = (file: OpenFile, to: S3Location) => uploadOpenFile(storage, file, to, transfer);
    await uploadFolder(folder, { location: target, send, warn });
    return s3Uri(target);
  }
  const file = join(request.workDir, WORK_NAMES.upload);
  await pack(folder, file, request);
  await storage.uploadFile(file, target, { ...begin(), isMoved: true });
  await promises.rm(file, { force: true });
  return s3Uri(target);
}
