import type { InputReader } from '../protocols/input.ts';

/** The namespace of the metrics that training jobs print (contract C55). */
export const NAMESPACE = '/aws/sagemaker/TrainingJobs';

const JOB_DIMENSION = 'TrainingJobName';

/** The one dimension of these metrics. */
export function jobDimension(job: string) {
  return [{ Name: JOB_DIMENSION, Value: job }];
}

/** The job that the dimensions of a request name; undefined if they name anything else, of which there is no metric. */
export function jobOf(reader: InputReader): string | undefined {
  const dimensions = reader.structures('Dimensions', 30).map((dimension) => ({
    name: dimension.requiredText('Name'),
    value: dimension.text('Value'),
  }));
  const [only, ...others] = dimensions;
  return others.length === 0 && only?.name === JOB_DIMENSION ? only.value : undefined;
}
