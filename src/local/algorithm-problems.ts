import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SPECIFICATION_FILE } from '../algorithm/specification/file-name.ts';
import { findImageAlias } from '../aliases/find-image-alias.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { parseImage } from '../engines/job-image.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { builtInName } from './aliases/built-in-algorithm.ts';

/**
 * What is wrong with a job by the rules of its algorithm, if they are known on this machine before the job starts: the file
 * `algorithm.json` in its source or its project contains them, or it is a built-in algorithm. Paths in the request are absolute.
 */
export async function algorithmProblems(request: TrainingJobRequest): Promise<readonly Problem[]> {
  const file = specificationFile(request);
  const name = builtInName(request, findImageAlias(request.AlgorithmSpecification?.TrainingImage ?? ''));
  if (file === undefined && name === undefined) return [];
  const { problemsByBuiltIn, problemsBySpecification } = await import('#algorithm/before-start');
  return [
    ...(file === undefined ? [] : problemsBySpecification(file, request)),
    ...(name === undefined ? [] : problemsByBuiltIn(name, request)),
  ];
}

function specificationFile({ HyperParameters, AlgorithmSpecification }: TrainingJobRequest): string | undefined {
  const source = HyperParameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  const image = parseImage(AlgorithmSpecification?.TrainingImage ?? '');
  const folders = [source?.startsWith('/') ? source : undefined, image.kind === 'project' ? image.dir : undefined];
  return folders
    .flatMap((dir) => (dir === undefined ? [] : [join(dir, SPECIFICATION_FILE)]))
    .find((file) => existsSync(file));
}
