import type { AwsOperation } from '../../aws/aws-errors.ts';
import { OptmlError } from '../../errors/error.ts';
import type { Shape } from './answer-shape.ts';

/** Checks the form of an answer. @throws OptmlError AWS_FAILED naming the first member that is missing or wrong. */
export function checkAnswer(answer: unknown, shape: Shape, { name, job }: AwsOperation): void {
  const problem = shape(answer, '');
  if (problem === undefined) return;
  throw new OptmlError('AWS_FAILED', `the answer of ${name} is not one of AWS: ${problem}`, {
    where: job === undefined ? name : `training job "${job}"`,
    fix: 'Check the endpoint (AWS_ENDPOINT_URL) and proxies.',
  });
}
