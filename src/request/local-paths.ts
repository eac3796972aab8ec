import { resolve } from 'node:path';
import { parseLocation } from '../contract/location.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { isLocalPath, pathFix } from './local-values.ts';
import { type Problem, pathTo } from './problem.ts';
import type { TrainingJobRequest } from './request.ts';
import { mapMembers, shapeNamed } from './shapes.ts';
import { CREATE_TRAINING_JOB } from './training-job.ts';

/**
 * The request with every place on this machine as an absolute path; relative ones count from `baseDir`. A project folder
 * instead of an image stays a `file://` URI, which tells it from an image's name.
 */
export function resolveLocalPaths(
  request: TrainingJobRequest,
  baseDir: string,
): { readonly request: TrainingJobRequest; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const toPath = (location: string, path: string): string => {
    const found = localPath(location, baseDir);
    if (typeof found === 'string') return found;
    const { problem, fix } = found;
    const message = `"${location}" is no place on this machine: ${problem}`;
    problems.push({ path, message, ...(fix !== undefined && { fix }) });
    return location;
  };
  // Read as a path, an S3 URI without a valid bucket would become a folder named `s3:`.
  const resolveUri = (location: string, path: string): string => {
    if (isLocalPath(location)) return toPath(location, path);
    const parsed = parseLocation(location);
    if ('problem' in parsed) problems.push({ path, message: `invalid location "${location}": ${parsed.problem}` });
    return location;
  };
  const mapped = mapLocations(request, CREATE_TRAINING_JOB.requestShape, '', resolveUri) as TrainingJobRequest;
  return { request: withImageAndSource(mapped, toPath), problems };
}

/** The request with each location replaced by the result of `replace`: those of the API's shape S3Uri, and the source. */
export function mapUris(
  request: TrainingJobRequest,
  replace: (location: string, path: string) => string,
): TrainingJobRequest {
  const { submitDirectory } = TOOLKIT_HYPERPARAMETERS;
  const source = request.HyperParameters?.[submitDirectory];
  const target = source === undefined ? undefined : replace(source, pathTo('HyperParameters', submitDirectory));
  const mapped = mapLocations(request, CREATE_TRAINING_JOB.requestShape, '', replace) as TrainingJobRequest;
  if (target === undefined) return mapped;
  return { ...mapped, HyperParameters: { ...mapped.HyperParameters, [submitDirectory]: target } };
}

const FETCH_IT = 'Download it, and give its path.';

/** What is wrong with the source, where only a place on this machine or in S3 makes sense. */
export function checkSource({ HyperParameters: hyperparameters }: TrainingJobRequest): readonly Problem[] {
  const source = decoded(hyperparameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory] ?? '');
  const fix = /^(?:https?|git(?:\+\w+)?|ssh):\/\//i.test(source) ? FETCH_IT : pathFix(source);
  if (fix === undefined) return [];
  const path = pathTo('HyperParameters', TOOLKIT_HYPERPARAMETERS.submitDirectory);
  return [{ path, message: `"${source}" is neither a path that starts with ./, ../ or / nor in S3`, fix }];
}

function withImageAndSource(request: TrainingJobRequest, toPath: (location: string, path: string) => string) {
  const { AlgorithmSpecification: algorithm, HyperParameters: hyperparameters } = request;
  const image = algorithm?.TrainingImage;
  const source = hyperparameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  const plain = source === undefined ? undefined : decoded(source);
  return {
    ...request,
    ...(algorithm !== undefined &&
      image !== undefined &&
      isLocalPath(image) && {
        AlgorithmSpecification: {
          ...algorithm,
          TrainingImage: `file://${toPath(image, 'AlgorithmSpecification.TrainingImage')}`,
        },
      }),
    ...(plain !== undefined &&
      isLocalPath(plain) && {
        HyperParameters: {
          ...hyperparameters,
          [TOOLKIT_HYPERPARAMETERS.submitDirectory]: toPath(
            plain,
            pathTo('HyperParameters', TOOLKIT_HYPERPARAMETERS.submitDirectory),
          ),
        },
      }),
  };
}

// The SDK sends texts as JSON, others as they are (contract C10).
function decoded(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}

/** The absolute path of a local place, or why it is none. */
function localPath(
  location: string,
  baseDir: string,
): string | { readonly problem: string; readonly fix?: string | undefined } {
  // `file://data` names a host.
  const named = /^file:\/\/(?!localhost\/)([^/.%].*)$/is.exec(location)?.[1];
  if (named !== undefined) {
    const problem = 'a file:// URI of a relative path needs "./"';
    return { problem, fix: `Write "file://./${named}".` };
  }
  // The SDK's local mode takes `file://./data`, which is no URI.
  const relative = /^file:\/\/(\.\.?(?:\/.*)?)$/i.exec(location)?.[1];
  const parsed = relative === undefined ? parseLocation(location) : { path: relative };
  if (!('path' in parsed)) return { problem: 'problem' in parsed ? parsed.problem : 'it is in S3' };
  if (parsed.path.includes('\0')) return { problem: 'a path cannot contain a NUL character' };
  const path = resolve(baseDir, parsed.path);
  return relative === undefined ? keepSlash(path, location) : path;
}

// A prefix that ends in a slash is a folder; without one it may be the beginning of a name (contract C44).
function keepSlash(path: string, location: string): string {
  return location.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
}

function mapLocations(
  value: unknown,
  name: string,
  path: string,
  toLocation: (location: string, path: string) => string,
): unknown {
  if (name === 'S3Uri' && typeof value === 'string') return toLocation(value, path);
  const shape = shapeNamed(CREATE_TRAINING_JOB, name);
  return mapMembers(value, shape, (content, target, step) =>
    mapLocations(content, target, pathTo(path, step), toLocation),
  );
}
