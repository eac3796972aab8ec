import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { PackOptions, PackResult } from '../archive/pack.ts';
import { parseLocation } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import { isEmptyDirectory, writeEmptyArchive } from './empty-archive.ts';

/** Name of the archive of `output/data`, put beside the model's. */
const OUTPUT_ARCHIVE = 'output.tar.gz';

/** Where the model archive goes: the setting, relative to the base directory (contract C53 for the content). */
export function modelArchiveFile(environment: TrainingEnvironment): string {
  const { modelArchive } = environment.settings;
  const parsed = parseLocation(modelArchive);
  if ('path' in parsed) return resolve(environment.paths.baseDir, parsed.path);
  const where = 'setting OPTML_MODEL_ARCHIVE';
  if ('trouble' in parsed) {
    throw new OptmlError('OUTPUT_LOCATION_INVALID', `OPTML_MODEL_ARCHIVE is no local file: ${parsed.trouble}`, {
      where,
      fix: 'Give a path such as output/model.tar.gz, or a URI with special characters encoded (% is %25).',
    });
  }
  if ('s3' in parsed) {
    throw new OptmlError(
      'OUTPUT_LOCATION_INVALID',
      `OPTML_MODEL_ARCHIVE is ${modelArchive}, and this version of optml does not upload to S3`,
      { where, fix: 'Give a path, and copy the file from there.' },
    );
  }
  throw new OptmlError('OUTPUT_LOCATION_INVALID', `OPTML_MODEL_ARCHIVE has the scheme "${parsed.scheme}"`, {
    where,
    fix: 'Give a path such as output/model.tar.gz.',
  });
}

/**
 * Checks, before anything runs, that the archives can be written where they are to go: hours of training should not end
 * at a mistyped path. Removes what a run that was killed left half-written beside them.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID.
 */
export function prepareArchives(environment: TrainingEnvironment): void {
  const file = modelArchiveFile(environment);
  const folder = nearestFolder(dirname(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new OptmlError(
      'OUTPUT_LOCATION_INVALID',
      `the model archive ${file} cannot be written: ${folder} is not writable (${systemErrorCode(error)})`,
      {
        where: 'setting OPTML_MODEL_ARCHIVE',
        fix: 'Give a place that is writable, mount the output folder writable, or set OPTML_PACKAGE=never.',
        cause: error,
      },
    );
  }
  removeLeftovers(file);
}

// Nobody else would ever remove them.
function removeLeftovers(file: string): void {
  const dir = dirname(file);
  const isLeftover = (name: string) =>
    [basename(file), OUTPUT_ARCHIVE].some((archive) => name.startsWith(`${archive}${PARTIAL_MARK}`));
  try {
    for (const name of readdirSync(dir).filter(isLeftover)) rmSync(join(dir, name), { force: true });
  } catch {
    // A folder that is not there yet, or somebody else's file: neither keeps this job from its own.
  }
}

// The folders below it are made when the archive is.
function nearestFolder(dir: string): string {
  return existsSync(dir) ? dir : nearestFolder(dirname(dir));
}

/**
 * Packs `model` and, where it holds anything, `output/data`, each written beside its name and renamed (contract C53).
 * Aborting `signal` gives up: what was written so far is removed, the files themselves are untouched.
 *
 * @throws OptmlError PACKAGING_FAILED or PACKAGING_GIVEN_UP.
 */
export async function packageArtifacts(environment: TrainingEnvironment, signal: AbortSignal, log: Log): Promise<void> {
  const { modelDir, outputDataDir } = environment.paths;
  const modelFile = modelArchiveFile(environment);
  const outputFile = join(dirname(modelFile), OUTPUT_ARCHIVE);
  const options: PackOptions = {
    signal,
    exclude: [modelFile, outputFile],
    warn: log.warn,
    compression: environment.settings.compression,
    variables: environment.variables,
  };
  const model = await pack(modelDir, modelFile, options);
  if (model.entries === 0) {
    log.warn(`${modelDir} is empty: ${modelFile} is a valid archive without a file. Save the model to SM_MODEL_DIR.`);
  }
  log.info(`Model artifacts: ${modelFile} (${model.entries} entries, ${model.bytes} bytes)`);
  const output = await pack(outputDataDir, outputFile, { ...options, skipEmpty: true });
  if (output.entries > 0) log.info(`Output data: ${outputFile} (${output.entries} entries, ${output.bytes} bytes)`);
}

// What packs and compresses is loaded only where there is something to pack.
async function pack(dir: string, file: string, options: PackOptions): Promise<PackResult> {
  if (isEmptyDirectory(dir, options.exclude ?? [])) {
    if (options.skipEmpty) return { entries: 0, bytes: 0 };
    const bytes = writeEmptyArchive(file);
    if (bytes !== undefined) return { entries: 0, bytes };
  }
  const { packDirectory } = await import('#archive/pack');
  return packDirectory(dir, file, options);
}
