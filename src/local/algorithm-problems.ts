import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SPECIFICATION_FILE } from '../algorithm/specification/file-name.ts';
import { findImageAlias } from '../aliases/find-image-alias.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { ALGORITHM_MODULES } from '../contract/variables.ts';
import { parseImage } from '../engines/job-image.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';

/**
 * What is wrong with a job by the rules of its algorithm, if they are known on this machine before the job starts: the file
 * `algorithm.json` in its source or its project contains them, or it is a built-in algorithm. Paths in the request are absolute.
 */
export async function algorithmProblems(request: TrainingJobRequest): Promise<readonly Problem[]> {
  const file = specificationFile(request);
  const name = builtInName(request);
  if (file === undefined && name === undefined) return [];
  const { problemsByBuiltIn, problemsBySpecification } = await import('#algorithm/before-start');
  return [
    ...(file === undefined ? [] : problemsBySpecification(file, request)),
    ...(name === undefined ? [] : problemsByBuiltIn(name, request)),
  ];
}

/** The built-in algorithm that the job names, or whose image of AWS it names, unless it brings its own program. */
function builtInName({ HyperParameters, Environment, AlgorithmSpecification }: TrainingJobRequest): string | undefined {
  if (HyperParameters?.[TOOLKIT_HYPERPARAMETERS.program] !== undefined) return undefined;
  const alias = findImageAlias(AlgorithmSpecification?.TrainingImage ?? '');
  const module = { ...alias?.variables, ...Environment }['SAGEMAKER_TRAINING_MODULE'] ?? '';
  return module.startsWith(ALGORITHM_MODULES) ? module.slice(ALGORITHM_MODULES.length).split(':')[0] : undefined;
}

function specificationFile({ HyperParameters, AlgorithmSpecification }: TrainingJobRequest): string | undefined {
  const source = HyperParameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  const image = parseImage(AlgorithmSpecification?.TrainingImage ?? '');
  const folders = [source?.startsWith('/') ? source : undefined, image.kind === 'project' ? image.dir : undefined];
  return folders
    .flatMap((dir) => (dir === undefined ? [] : [join(dir, SPECIFICATION_FILE)]))
    .find((file) => existsSync(file));
}
