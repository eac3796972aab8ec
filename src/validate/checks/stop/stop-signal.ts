import type { Check } from '../../check.ts';
import { aboutImage } from '../about-image.ts';
import { fail, pass } from '../support/findings.ts';

/** Contract C57: a job is stopped by SIGTERM. */
export const stopSignal: Check = {
  id: 'stop-signal',
  clause: 'C57',
  severity: 'advice',
  title: 'STOPSIGNAL is SIGTERM',
  probe: 'Reads STOPSIGNAL.',
  why: 'The platform stops jobs by SIGTERM. A program that waits for another signal may be told in tests and not there.',
  fix: 'Leave STOPSIGNAL out, and have the program save its work on SIGTERM.',
  run: (subject) =>
    aboutImage(subject, (image) =>
      /^(?:|SIGTERM|TERM|15)$/.test(image.stopSignal)
        ? pass('it is')
        : fail(`STOPSIGNAL is ${image.stopSignal}`, { notes: [`STOPSIGNAL ${image.stopSignal}`] }),
    ),
};
