import { dirname } from 'node:path';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { parseImage } from '../../engines/job-image.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { readProject } from '../../staging/project.ts';

/** The folders of this machine that the code of a checked request comes from: its source, its project. Absolute. */
export function codeFolders({ HyperParameters, AlgorithmSpecification }: TrainingJobRequest): readonly string[] {
  const source = HyperParameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  const image = parseImage(AlgorithmSpecification?.TrainingImage ?? '');
  return [
    ...(source?.startsWith('/') === true ? [kindAt(source) === 'a folder' ? source : dirname(source)] : []),
    ...(image.kind === 'project' ? [codeOf(image.dir), image.dir] : []),
  ];
}

function codeOf(dir: string): string {
  try {
    return readProject(dir).codeDir;
  } catch {
    // The job has said so.
    return dir;
  }
}
