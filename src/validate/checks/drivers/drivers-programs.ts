import type { Check } from '../../check.ts';
import { programFile } from '../../image/start-of-container.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';
import { NO_DRIVERS } from './no-drivers.ts';

/** Each a program that the drivers call: one name of each list is enough. */
const NEEDED: ReadonlyArray<readonly string[]> = [['/bin/bash'], ['python3', 'python'], ['pip3', 'pip']];

/** Contract C27: jobs of the newer SDK bring scripts along that need these programs. */
export const driversPrograms: Check = {
  id: 'drivers-programs',
  clause: 'C27',
  severity: 'must',
  title: 'For a ModelTrainer job: bash, Python and pip are in the image',
  probe:
    'Looks for /bin/bash, for python3 or python and for pip3 or pip on PATH. Only for jobs with a channel sm_drivers.',
  why: 'The scripts in sm_drivers are started by bash and are written in Python, also for a program that is no Python: without them the job ends with exit code 1 and no message.',
  fix: "Install them (apt-get install bash python3 python3-pip), or run the job without source code, so that the image's own entrypoint is used.",
  run: async (subject) => {
    if (!subject.isDriversJob) return notApplicable(NO_DRIVERS);
    return aboutFiles(subject, (image, files) => {
      const missing = NEEDED.filter((names) =>
        names.every((name) => programFile(image, files, name)?.isExecutable !== true),
      ).map((names) => names.join(' or '));
      return missing.length === 0 ? pass('all are there') : fail(`the image lacks ${missing.join(', ')}`);
    });
  },
};
