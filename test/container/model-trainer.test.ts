// Jobs of ModelTrainer of the SageMaker Python SDK 3 in containers, unchanged. As built: `npm run build` first.
import { test } from 'node:test';
import { checkEntryScript, checkMissingPython } from '../programs/model-trainer-jobs.ts';
import { IMAGES } from './support/images.ts';

test('ModelTrainer with an entry script completes on the Python variant (C27, C90)', (t) =>
  checkEntryScript(t, { image: IMAGES.python }));

test('on the base image, which contains no Python, the job ends with a sentence that names the variant (C27)', (t) =>
  checkMissingPython(t, { image: IMAGES.cpu }));
