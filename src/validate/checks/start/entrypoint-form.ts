import { posix } from 'node:path';
import type { Check } from '../../check.ts';
import { behindInit } from '../../image/start-of-container.ts';
import { aboutImage } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

/** Contract C2: no shell stands between the platform and the program. */
export const entrypointForm: Check = {
  id: 'entrypoint-form',
  clause: 'C2',
  severity: 'should',
  title: 'ENTRYPOINT has the exec form',
  probe: 'Reads ENTRYPOINT: the shell form has become /bin/sh -c TEXT in it. A TEXT that starts with exec is let pass.',
  why: 'In the shell form /bin/sh is the container\'s first process: it keeps SIGTERM to itself, so that a stopped job saves nothing and is killed after 120 s, and it drops the word "train".',
  fix: 'Write it as a list: ENTRYPOINT ["python", "train.py"]; or start the text with exec.',
  run: (subject) =>
    aboutImage(subject, ({ entrypoint }) => {
      if (entrypoint === undefined) return notApplicable('the image has no ENTRYPOINT');
      if (subject.job?.AlgorithmSpecification?.ContainerEntrypoint !== undefined) {
        return notApplicable("the job's ContainerEntrypoint stands for the image's");
      }
      const [program = '', option = '', text = ''] = behindInit(entrypoint)?.rest ?? entrypoint;
      const isShell = /^(?:ba|da|z|k|a)?sh$/.test(posix.basename(program)) && /^-\w*c\w*$/.test(option);
      const evidence = { command: entrypoint };
      if (!isShell) return pass('it is a list of words, without a shell', evidence);
      if (/^\s*exec\s/.test(text)) {
        return pass('a shell starts the program, and is replaced by it through exec', evidence);
      }
      return fail(`ENTRYPOINT is a text for ${program}, which stays the first process`, evidence);
    }),
};
