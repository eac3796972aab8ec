import { isAbsolute } from 'node:path';
import { looksLikeArchive } from '../../archive/formats.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import { mapUris } from '../../request/local-paths.ts';
import { type Problem, pathTo } from '../../request/problem.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { decodedText } from '../request/decoded-text.ts';
import type { LocalLocation } from '../upload/uploader.ts';

/** A location on this machine in a request, whose paths are absolute. */
export type LocalPlace =
  | { readonly path: string; readonly role: 'input'; readonly location: LocalLocation }
  | { readonly path: string; readonly role: 'output'; readonly file: string };

const SOURCE = pathTo('HyperParameters', TOOLKIT_HYPERPARAMETERS.submitDirectory);

/** The locations on this machine in a request: its inputs, which are uploaded, and where outputs would go. */
export function localPlaces(request: TrainingJobRequest): readonly LocalPlace[] {
  const places: LocalPlace[] = [];
  mapUris(request, (location, path) => {
    if (location.startsWith('/')) places.push(placeOf(request, location, path));
    return location;
  });
  return places;
}

function placeOf(request: TrainingJobRequest, file: string, path: string): LocalPlace {
  if (path === SOURCE) return { path, role: 'input', location: sourceAt(request, file) };
  const index = /^InputDataConfig\[(\d+)\]/.exec(path)?.[1];
  const channel = index === undefined ? undefined : request.InputDataConfig?.[Number(index)];
  if (channel === undefined) return { path, role: 'output', file };
  const type = channel.DataSource.S3DataSource?.S3DataType;
  const kind = type === 'ManifestFile' ? 'manifest' : type === 'AugmentedManifestFile' ? 'augmented-manifest' : 'tree';
  const attributeNames = channel.DataSource.S3DataSource?.AttributeNames;
  return { path, role: 'input', location: { kind, path: file, name: channel.ChannelName, attributeNames } };
}

function isArchive(file: string): boolean {
  return kindAt(file) === 'a regular file' && looksLikeArchive(file);
}

function sourceAt(request: TrainingJobRequest, path: string): LocalLocation {
  const { ContainerEntrypoint: start = [], ContainerArguments: rest = [] } = request.AlgorithmSpecification ?? {};
  const command = [...start, ...rest];
  return { kind: 'source', path, name: 'code', command, entryPoint: archivedProgram(request, path) };
}

/** The program that must be in an archive; that of a folder has been looked for. A job with its own command names none. */
function archivedProgram(request: TrainingJobRequest, source: string): string | undefined {
  const { HyperParameters: parameters = {}, Environment = {}, AlgorithmSpecification: algorithm } = request;
  if (algorithm?.ContainerEntrypoint !== undefined || !isArchive(source)) return undefined;
  const program = decodedText(parameters[TOOLKIT_HYPERPARAMETERS.program] ?? Environment['SAGEMAKER_PROGRAM'] ?? '');
  // An absolute path is a file of the image.
  return program === '' || isAbsolute(program) ? undefined : program;
}

/** Inputs that `optml run` accepts and that cannot be uploaded: beginnings of names, which S3 has and folders have not. */
export function prefixProblems(places: readonly LocalPlace[]): readonly Problem[] {
  return places.flatMap((place) => {
    if (place.role === 'output' || kindAt(place.location.path) !== undefined) return [];
    const message = `channel ${place.location.name}: ${place.location.path} is the beginning of names`;
    return [{ path: place.path, message, fix: 'Give one file, or a folder with all of them.' }];
  });
}
