import type { Check } from '../../check.ts';
import { aboutFiles } from '../about-image.ts';
import { MOST_LISTED } from '../support/evidence.ts';
import { fail, pass } from '../support/findings.ts';

/** Contract C5: the platform mounts over these folders. */
export const reservedFolders: Check = {
  id: 'reserved-folders',
  clause: 'C5',
  severity: 'should',
  title: 'Nothing is in /opt/ml/input, /opt/ml/model and /opt/ml/output',
  probe: 'Looks for files there that are not empty, in the image.',
  why: 'The platform mounts its own folders there: what the image holds in them is not seen by the program.',
  fix: 'Put scripts into /opt/ml/code, other files outside of /opt/ml, and data into a channel.',
  run: (subject) =>
    aboutFiles(subject, (_image, { facts: { hidden } }) => {
      if (hidden.length === 0) return pass('they are empty');
      const what = hidden.length === 1 ? 'a file is' : `${hidden.length} files are`;
      const evidence = { files: hidden.slice(0, MOST_LISTED) };
      return fail(`${what} hidden by the platform's mounts: ${hidden[0]}`, evidence);
    }),
};
