// Writes algorithm.json: for `aws sagemaker create-algorithm`, and for the checks before a job starts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainingSpecification } from 'optml/algorithm';
import { ridge } from './algorithm.ts';

const specification = trainingSpecification(ridge, {
  image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/ridge:1',
  instanceTypes: ['ml.m5.large', 'ml.m5.xlarge'],
});
writeFileSync(join(import.meta.dirname, '..', 'algorithm.json'), `${JSON.stringify(specification, null, 2)}\n`);
