import { posix } from 'node:path';
import type { Check } from '../../check.ts';
import type { ImageFiles } from '../../image/image-files.ts';
import { behindInit, pathOf, TRAIN_WORD } from '../../image/start-of-container.ts';
import type { ImageFacts } from '../../image-facts.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

const INTERPRETER = /^(?:python[\d.]*|node|Rscript|julia|perl|ruby|java|tsx|bash|sh|dash)$/;
const SHELL = /^(?:bash|sh|dash)$/;
/** What an interpreter makes of the word `train`, apart from a file of that name. */
const VARIANTS = ['', '.js', '/index.js', '/__main__.py'];

/** Contract C1: the word `train` becomes the last argument of the entrypoint, in the place of CMD. */
export const entrypointTakesTrain: Check = {
  id: 'entrypoint-takes-train',
  clause: 'C1',
  severity: 'must',
  title: 'ENTRYPOINT can be given the word "train"',
  probe:
    'Reads ENTRYPOINT: an interpreter without a script would take "train" for the script; looks whether there is one.',
  why: 'The platform appends "train" to ENTRYPOINT and drops CMD: ENTRYPOINT ["python"] with CMD ["train.py"] becomes `python train`.',
  fix: 'Name the script in ENTRYPOINT: ENTRYPOINT ["python", "train.py"]; or have the file "train" on PATH and no ENTRYPOINT.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const { entrypoint } = image;
      if (entrypoint === undefined) return notApplicable('the image has no ENTRYPOINT');
      const { ContainerEntrypoint, ContainerArguments } = subject.job?.AlgorithmSpecification ?? {};
      if (ContainerEntrypoint !== undefined || ContainerArguments !== undefined) {
        return notApplicable('the job has an entrypoint or arguments of its own');
      }
      const [program = '', ...options] = withoutEnv(behindInit(entrypoint)?.rest ?? entrypoint);
      const name = posix.basename(program);
      const isBare = INTERPRETER.test(name) && options.every((word) => word.startsWith('-'));
      const command = [...entrypoint, TRAIN_WORD];
      if (!isBare || isThere(name, image, files)) {
        return pass('the word "train" is an argument of it', { command });
      }
      const notes = [`WORKDIR ${image.workDir}`, `CMD ${JSON.stringify(image.command ?? [])} (not used)`];
      const verdict = `the platform runs "${command.join(' ')}": ${name} looks for a script "train", which is not there`;
      return fail(verdict, { command, notes });
    }),
};

function withoutEnv(command: readonly string[]): readonly string[] {
  return posix.basename(command[0] ?? '') === 'env' ? command.slice(1).filter((word) => !word.includes('=')) : command;
}

function isThere(name: string, image: ImageFacts, files: ImageFiles): boolean {
  const paths = VARIANTS.map((variant) => posix.join(image.workDir, `${TRAIN_WORD}${variant}`));
  if (paths.some((path) => files.find(path) !== undefined)) return true;
  return SHELL.test(name) && files.allOnPath(TRAIN_WORD, pathOf(image)).length > 0;
}
