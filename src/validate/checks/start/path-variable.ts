import type { Check } from '../../check.ts';
import { pathOf } from '../../image/start-of-container.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, pass } from '../support/findings.ts';

/** Contract C1, C6: `PATH` as the image sets it is what programs are found by. */
export const pathVariable: Check = {
  id: 'path-variable',
  clause: 'C6',
  severity: 'should',
  title: "PATH is made of folders, and the system's are among them",
  probe:
    'Reads ENV PATH: entries that are not absolute, or hold $ or ~, and whether "sh" is found where the image has one.',
  why: 'Docker puts nothing in for ~, and the platform keeps ENV as it is: a program that is not found ends the job.',
  fix: 'ENV PATH="/opt/program:$PATH": whole paths, in front of what was there.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const path = pathOf(image);
      const evidence = { notes: [`PATH=${path}`] };
      const odd = path.split(':').filter((entry) => !entry.startsWith('/') || entry.includes('$'));
      if (odd.length > 0) {
        const entries = odd.map((entry) => `"${entry}"`).join(', ');
        return fail(`PATH has entries that are no absolute folders: ${entries}`, evidence);
      }
      const isShellLost = files.find('/bin/sh') !== undefined && files.findOnPath('sh', path) === undefined;
      if (isShellLost) return fail('PATH lacks the folders of the system: no "sh" is found', evidence);
      return pass('all entries are absolute', evidence);
    }),
};
