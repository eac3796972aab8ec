import type { Check } from '../../check.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

/** Contract C20: names of programs that the newest toolkit of AWS refuses. */
export const programName: Check = {
  id: 'program-name',
  clause: 'C20',
  severity: 'should',
  title: 'The newest AWS images accept the name of the entry point',
  probe: 'Looks at SAGEMAKER_PROGRAM in the image and in the job, and at the hyperparameter sagemaker_program.',
  why: 'sagemaker-training 5.1.4 refuses absolute paths, parts such as ".." and characters other than ASCII letters, digits and . _ + -: the same job fails as soon as its image is updated.',
  fix: 'Rename the program, and give its path below /opt/ml/code.',
  run: async ({ programWarning, hasProgram }) => {
    if (!hasProgram) return notApplicable('neither the image nor the job names an entry point');
    return programWarning === undefined ? pass('they do') : fail(programWarning);
  },
};
