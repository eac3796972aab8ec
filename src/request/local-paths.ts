import { resolve } from 'node:path';
import { parseLocation } from '../contract/location.ts';
import { SOURCE_PARAMETER } from './defaults.ts';
import { isObject } from './is-json-object.ts';
import { isLocalPath } from './local-values.ts';
import { type Problem, pathTo } from './problem.ts';
import type { TrainingJobRequest } from './request.ts';
import { REQUEST_SHAPE, shapeNamed } from './shapes.ts';

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
    problems.push({ path, message: `"${location}" is no place on this machine: ${found.problem}` });
    return location;
  };
  const mapped = mapLocations(request, REQUEST_SHAPE, '', toPath) as TrainingJobRequest;
  return { request: withImageAndSource(mapped, toPath), problems };
}

function withImageAndSource(request: TrainingJobRequest, toPath: (location: string, path: string) => string) {
  const { AlgorithmSpecification: algorithm, HyperParameters: hyperparameters } = request;
  const image = algorithm?.TrainingImage;
  const source = hyperparameters?.[SOURCE_PARAMETER];
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
          [SOURCE_PARAMETER]: toPath(plain, pathTo('HyperParameters', SOURCE_PARAMETER)),
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
function localPath(location: string, baseDir: string): string | { readonly problem: string } {
  // The SDK's local mode takes `file://./data`, which is no URI.
  const relative = /^file:\/\/(\.\.?(?:\/.*)?)$/i.exec(location)?.[1];
  if (relative !== undefined) return resolve(baseDir, relative);
  const parsed = parseLocation(location);
  if ('path' in parsed) return keepSlash(resolve(baseDir, parsed.path), location);
  return { problem: 'problem' in parsed ? parsed.problem : 'it is in S3' };
}

// A prefix that ends in a slash is a folder; without one it may be the beginning of a name (contract C44).
function keepSlash(path: string, location: string): string {
  return location.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
}

function mapLocations(
  value: unknown,
  name: string,
  path: string,
  toPath: (location: string, path: string) => string,
): unknown {
  const shape = shapeNamed(name);
  if (name === 'S3Uri' && typeof value === 'string') return isLocalPath(value) ? toPath(value, path) : value;
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item, index) => mapLocations(item, shape.member ?? '', pathTo(path, index), toPath));
  }
  if (shape.type !== 'structure' || !isObject(value)) return value;
  const members = Object.entries(value).map(([member, content]) => {
    const target = shape.members?.[member];
    return [member, target === undefined ? content : mapLocations(content, target, pathTo(path, member), toPath)];
  });
  return Object.fromEntries(members);
}
