import type { Check } from '../../check.ts';
import { behindInit, pathOf, TRAIN_WORD } from '../../image/start-of-container.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

/** Contract C4: an init program as a bare entrypoint takes `train` for the program to run. */
export const initEntrypoint: Check = {
  id: 'init-entrypoint',
  clause: 'C4',
  severity: 'must',
  title: 'An init program in ENTRYPOINT has a program behind it',
  probe:
    'Reads ENTRYPOINT: behind tini, dumb-init and the like a program has to follow, else "train" has to be on PATH.',
  why: 'An init program runs the next word: with ENTRYPOINT ["tini"] that is "train", whatever CMD says.',
  fix: 'Put the program behind it: ENTRYPOINT ["tini", "--", "python", "train.py"]; or put an executable "train" on PATH.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const behind = image.entrypoint && behindInit(image.entrypoint);
      if (behind === undefined)
        return notApplicable('ENTRYPOINT does not start with an init such as tini: nothing to check');
      const command = [...(image.entrypoint ?? []), TRAIN_WORD];
      const evidence = { command };
      const [next] = behind.rest;
      if (next !== undefined) return pass(`"${next}" follows "${behind.init}"`, evidence);
      const found = files.findOnPath(TRAIN_WORD, pathOf(image));
      if (found !== undefined) return pass(`"${behind.init}" runs ${found.path}`, evidence);
      return fail(`"${behind.init}" is to run "train", which is not on PATH`, evidence);
    }),
};
