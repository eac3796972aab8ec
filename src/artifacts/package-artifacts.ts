import { accessSync, constants, existsSync, lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackResult, PackSettings } from '../archive/pack/pack.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { isPartialOf } from '../files/partial-path.ts';
import type { Log } from '../log/log.ts';
import type { Patience } from '../storage/s3-session.ts';
import { artifactDestination } from './destination.ts';
import { isEmptyDirectory, writeEmptyArchive } from './empty-archive.ts';
import type { ArchiveUpload } from './upload-archives.ts';

/**
 * Checks, before anything runs, that the archives can be written where they are to go: hours of training should not end
 * at a mistyped path. Removes what a run that was killed left half-written beside them.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID; S3_NOT_FOUND or S3_REFUSED.
 */
export async function prepareArchives(
  environment: TrainingEnvironment,
  log: Log,
  patience?: Partial<Patience>,
): Promise<void> {
  const { modelFile, outputFile, upload, uploadedBy } = artifactDestination(environment);
  if (uploadedBy !== undefined) return;
  const folder = nearestFolder(dirname(modelFile));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new OptmlError(
      'OUTPUT_LOCATION_INVALID',
      `the model archive ${modelFile} cannot be written: ${folder} is not writable (${systemErrorCode(error)})`,
      {
        where: 'setting OPTML_MODEL_ARCHIVE',
        fix: 'Give a place that is writable, mount the output folder writable, or set OPTML_PACKAGE=never.',
        cause: error,
      },
    );
  }
  removeLeftovers(dirname(modelFile), [modelFile, outputFile], log);
  if (upload === undefined) return;
  const { checkUpload } = await import('#artifacts/upload-archives');
  await checkUpload(upload.model, environment.variables, log, patience);
}

// Nothing else would ever remove them.
function removeLeftovers(dir: string, archives: readonly string[], log: Log): void {
  const isLeftover = (name: string) => archives.some((archive) => isPartialOf(name, archive));
  try {
    for (const name of readdirSync(dir).filter(isLeftover)) rmSync(join(dir, name), { force: true });
  } catch (error) {
    // The folder is made when the archive is. Another user's file does not keep this job from its own.
    if (systemErrorCode(error) === 'ENOENT') return;
    log.warn(`Unfinished archives of an earlier run stay in ${dir}: ${(error as Error).message}`);
  }
}

// The folders below it are made when the archive is.
function nearestFolder(dir: string): string {
  return existsSync(dir) ? dir : nearestFolder(dirname(dir));
}

/**
 * Packs `model` and, where it holds anything, `output/data`, each written beside its name and renamed (contract C53), and
 * uploads them where they are to go to S3. Aborting `signal` gives up: the files themselves are untouched. A link in the place
 * of one of these folders is not followed: the other folder is packed, then the error names the link (exit code 4).
 *
 * @throws OptmlError PACKAGING_FAILED, PACKAGING_GIVEN_UP, S3_NOT_FOUND, S3_REFUSED or S3_FAILED.
 */
export async function packageArtifacts(
  environment: TrainingEnvironment,
  signal: AbortSignal,
  log: Log,
  patience?: Partial<Patience>,
): Promise<void> {
  const { modelDir, outputDir, outputDataDir } = environment.paths;
  const { modelFile, outputFile, upload, uploadedBy } = artifactDestination(environment);
  if (uploadedBy !== undefined) {
    const say = isEmptyDirectory(modelDir, []) ? log.info : log.warn;
    say(
      `The model of this host is not uploaded: only ${uploadedBy} uploads to ${environment.settings.modelArchive}. Put {host} into OPTML_MODEL_ARCHIVE for one archive a host.`,
    );
    return;
  }
  const options: PackSettings = {
    signal,
    exclude: [modelFile, outputFile],
    isOfJob: true,
    warn: log.warn,
    compression: environment.settings.compression,
    variables: environment.variables,
  };
  const modelLink = linkAmong([modelDir]);
  const outputLink = linkAmong([outputDir, outputDataDir]);
  const uploads: ArchiveUpload[] = [];
  if (modelLink === undefined) {
    let link: string | undefined;
    const onLink = (path: string) => {
      link ??= path;
    };
    const model = await pack(modelDir, modelFile, { ...options, onLink }, log);
    if (link !== undefined) {
      log.warn(`The model contains links, such as ${link}: SageMaker hosting refuses such an archive (C53)`);
    }
    if (model.entries === 0) {
      log.warn(`${modelDir} is empty: ${modelFile} is a valid archive without a file. Save the model to SM_MODEL_DIR.`);
    }
    log.info(`Model artifacts: ${modelFile} (${sizeOf(model)})`);
    if (upload !== undefined) uploads.push({ file: modelFile, location: upload.model });
  }
  if (outputLink === undefined) {
    const output = await pack(outputDataDir, outputFile, { ...options, skipEmpty: true }, log);
    if (output.entries > 0) {
      log.info(`Output data: ${outputFile} (${sizeOf(output)})`);
      if (upload !== undefined) uploads.push({ file: outputFile, location: upload.output });
    }
  }
  if (uploads.length > 0) {
    const { uploadArchives } = await import('#artifacts/upload-archives');
    await uploadArchives(uploads, environment.variables, signal, log, patience);
  }
  const link = modelLink ?? outputLink;
  if (link !== undefined) throw notPacked(link);
}

/** The first of these folders that is a link: the files that it leads to are not the job's. */
function linkAmong(dirs: readonly string[]): string | undefined {
  return dirs.find((dir) => lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink());
}

function notPacked(dir: string): OptmlError {
  const target = JSON.stringify(readlinkSync(dir));
  return new OptmlError('PACKAGING_FAILED', `${dir} is a symbolic link to ${target}, and is not packed`, {
    where: dir,
    fix: 'Save to the folder itself: do not replace it by a link.',
    exitCode: EXIT_CODES.notDelivered,
  });
}

function sizeOf({ entries, bytes }: PackResult): string {
  return `${entries} ${entries === 1 ? 'entry' : 'entries'}, ${bytes} bytes`;
}

// What packs and compresses is loaded only where there is something to pack.
async function pack(dir: string, file: string, options: PackSettings, log: Log): Promise<PackResult> {
  if (isEmptyDirectory(dir, options.exclude ?? [])) {
    if (options.skipEmpty) return { entries: 0, bytes: 0 };
    const bytes = writeEmptyArchive(file);
    if (bytes !== undefined) return { entries: 0, bytes };
  }
  const { packDirectory, packProgress } = await import('#archive/pack/pack');
  return packDirectory(dir, file, { ...options, isOfJob: true, onProgress: packProgress(log.info, dir) });
}
