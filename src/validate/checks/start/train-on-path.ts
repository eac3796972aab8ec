import type { Check } from '../../check.ts';
import { pathOf, startOf, TRAIN_WORD } from '../../image/start-of-container.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

/** Contract C1: an image without an entrypoint is started by an executable `train` on its `PATH`. */
export const trainOnPath: Check = {
  id: 'train-on-path',
  clause: 'C1',
  severity: 'must',
  title: 'Without an ENTRYPOINT, an executable "train" is on PATH',
  probe: 'Reads ENTRYPOINT, PATH and the files of the image, and follows links.',
  why: 'The platform runs `docker run IMAGE train`: without an entrypoint "train" is the program. CMD is not used.',
  fix: 'Put an executable file "train" into a folder of PATH (COPY --chmod=755 train /usr/local/bin/), or set ENTRYPOINT.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const { command: start, by } = startOf(image, subject.job);
      if (by !== 'arguments') return notApplicable(`${by} names the program that is started`);
      const [name = TRAIN_WORD] = start;
      const path = pathOf(image);
      const found = files.findOnPath(name, path);
      if (found !== undefined) return pass(`"${name}" is ${found.path}`, { files: [found.path] });
      const rest = files.allOnPath(name, path).map((file) => file.path);
      const { command } = image;
      const evidence = {
        notes: [`PATH=${path}`, ...(command === undefined ? [] : [`CMD ${JSON.stringify(command)} (not used)`])],
      };
      if (rest.length > 0) {
        return fail(`"${rest[0]}" is not executable`, { ...evidence, files: rest }, `RUN chmod +x ${rest[0]}`);
      }
      return fail(`there is no ENTRYPOINT, and no program "${name}" on PATH`, evidence);
    }),
};
