import { existsSync, promises, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { locationBelow, parseLocation, type S3Location, s3Uri } from '../contract/location.ts';
import { ARTIFACT_NAMES, RELATIVE_PATHS } from '../contract/paths.ts';
import { makeWhole } from '../files/make-whole.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import { addUp, type OnProgress } from '../log/transfer-progress.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { copyTree } from './copy-tree.ts';
import { mergeFolder } from './merge-folders.ts';

/** A folder of every host that is collected when a job ends. */
interface Collected {
  /** Its place below a host's `/opt/ml`. */
  readonly dir: typeof RELATIVE_PATHS.modelDir | typeof RELATIVE_PATHS.outputDataDir;
  /** Name of its archive, and of its folder where it is not compressed (contract C53). */
  readonly archive: string;
  readonly folder: string;
}

const MODEL: Collected = { dir: RELATIVE_PATHS.modelDir, ...ARTIFACT_NAMES.model };
const OUTPUT: Collected = { dir: RELATIVE_PATHS.outputDataDir, ...ARTIFACT_NAMES.output };

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
  /** A folder of the job's own, on the same file system. */
  readonly workDir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly openStorage: () => Promise<ObjectStorage>;
  /** Aborting it gives up: what is not there yet stays absent. The signal's own reason is thrown. */
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Receives the location of the model as soon as it is there: what follows may still be given up. */
  readonly onModel?: (location: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

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

async function collect(what: Collected, request: OutputsRequest): Promise<string | undefined> {
  request.signal.throwIfAborted();
  const merged = await mergeHosts(what, request);
  if (merged === undefined) return undefined;
  await warnOfLinks(merged, what, request);
  const parsed = parseLocation(request.location);
  const name = request.compressionType === 'NONE' ? what.folder : what.archive;
  if ('s3' in parsed) {
    return upload(merged, locationBelow(parsed.s3, `${request.jobName}/output/${name}`), request);
  }
  const target = join(request.location, request.jobName, 'output', name);
  await promises.mkdir(dirname(target), { recursive: true });
  if (request.compressionType === 'NONE') await copyFolder(merged, target, request);
  else await pack(merged, target, request);
  return target;
}

async function mergeHosts(
  { dir, folder }: Collected,
  { mlDirs, workDir, warn, signal }: OutputsRequest,
): Promise<string | undefined> {
  // An earlier delivery that failed may have merged some hosts.
  const merged = join(workDir, `merged-${folder}`);
  const filled = [merged, ...mlDirs.map((mlDir) => join(mlDir, dir))].filter(
    (path) => existsSync(path) && readdirSync(path).length > 0,
  );
  if (filled.length <= 1) return filled[0];
  for (const path of filled.filter((each) => each !== merged)) {
    const clashes = await mergeFolder(path, merged, signal);
    if (clashes.length > 0) warn(`Several hosts wrote to ${dir}, the last one counts: ${shortList(clashes)}`);
  }
  return merged;
}

async function warnOfLinks(root: string, { dir }: Collected, { warn }: OutputsRequest): Promise<void> {
  if (dir !== RELATIVE_PATHS.modelDir) return;
  const entries = await promises.readdir(root, { withFileTypes: true, recursive: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const [first] = links;
  if (first === undefined) return;
  warn(
    `The model holds ${links.length} link(s), such as ${first.name}: SageMaker hosting refuses such an archive (C53)`,
  );
}

async function pack(dir: string, file: string, request: OutputsRequest): Promise<void> {
  const { compression, variables, signal, warn, onProgress } = request;
  const { packDirectory } = await import('#archive/pack/pack');
  await packDirectory(dir, file, {
    compression,
    variables,
    signal,
    warn,
    onProgress: (done, total) => onProgress(`Packing ${file}`, done, total),
  });
}

// The target may be on another disk.
async function copyFolder(from: string, target: string, { warn, signal }: OutputsRequest): Promise<void> {
  const copy = async (partial: string) => {
    await copyTree(from, partial, { warn, signal });
    await promises.rm(target, { recursive: true, force: true });
  };
  await makeWhole(target, copy, { signal, isNameDurable: true });
}

async function upload(dir: string, location: S3Location, request: OutputsRequest): Promise<string> {
  const storage = await request.openStorage();
  const send = (file: string, to: S3Location) => {
    const onProgress: OnProgress = (done, total) => request.onProgress(`Uploading ${s3Uri(to)}`, done, total);
    onProgress(0, undefined);
    const onBytes = addUp(onProgress, undefined);
    return storage.uploadFile(file, to, { signal: request.signal, onBytes });
  };
  if (request.compressionType === 'NONE') {
    const { files, lost } = await uploadable(dir);
    for (const [kind, paths] of Object.entries(lost)) {
      if (paths.length > 0) request.warn(`S3 has no ${kind}, which are not uploaded: ${shortList(paths)}`);
    }
    for (const path of files) await send(join(dir, path), locationBelow(location, path));
    return s3Uri(location);
  }
  const file = join(request.workDir, WORK_NAMES.upload);
  await pack(dir, file, request);
  await send(file, location);
  await promises.rm(file);
  return s3Uri(location);
}

/** The files below `dir`, and the entries that S3 has no object for; paths below `dir`. */
async function uploadable(dir: string) {
  const files: string[] = [];
  const links: string[] = [];
  const others: string[] = [];
  const folders = new Set<string>();
  const filled = new Set<string>();
  for (const entry of await promises.readdir(dir, { withFileTypes: true, recursive: true })) {
    const path = relative(dir, join(entry.parentPath, entry.name));
    filled.add(dirname(path));
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory()) folders.add(path);
    else if (entry.isSymbolicLink()) links.push(path);
    else others.push(path);
  }
  const emptyFolders = [...folders].filter((path) => !filled.has(path));
  return { files, lost: { links, 'empty folders': emptyFolders, 'pipes, sockets or devices': others } };
}

function shortList(paths: readonly string[]): string {
  const more = paths.length > 10 ? ` and ${paths.length - 10} more` : '';
  return `${paths.slice(0, 10).join(', ')}${more}`;
}
