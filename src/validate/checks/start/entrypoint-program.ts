import { posix } from 'node:path';
import type { Check, Finding } from '../../check.ts';
import type { ImageFiles } from '../../image/image-files.ts';
import { behindInit, programFile, startOf } from '../../image/start-of-container.ts';
import type { ImageFacts } from '../../image-facts.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

// What comes with the job cannot be in the image.
const COMES_WITH_JOB = /^\/opt\/ml\//;
const RUNS_FILES = /^(?:python[\d.]*|node|bash|sh|Rscript|julia|perl|ruby|tsx)$/;

/** Contract C1: what the entrypoint names is in the image, and can be executed. */
export const entrypointProgram: Check = {
  id: 'entrypoint-program',
  clause: 'C1',
  severity: 'must',
  title: 'The program of the ENTRYPOINT exists and is executable',
  probe: "Looks for the words of ENTRYPOINT (or the job's ContainerEntrypoint) among the files of the image.",
  why: 'A container whose program is missing is not started: the job fails after the instances were provisioned.',
  fix: 'Correct the path in ENTRYPOINT, copy the file into the image, or make it executable: RUN chmod +x FILE.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const { command, by } = startOf(image, subject.job);
      if (by === 'arguments') return notApplicable('the image has no ENTRYPOINT');
      // What an init program runs where nothing follows it is "train": another check asks about that.
      const behind = by === 'ENTRYPOINT' ? behindInit(image.entrypoint ?? []) : behindInit(command);
      const programs = [command, behind?.rest ?? []].flatMap(([name]) => (name === undefined ? [] : [name]));
      const problem = programs.flatMap((name) => problemWith(name, image, files));
      return (
        problem[0] ??
        missingScript(command, image, files) ??
        pass(`"${command[0]}" is there and executable`, { command })
      );
    }),
};

function problemWith(name: string, image: ImageFacts, files: ImageFiles): readonly Finding[] {
  if (COMES_WITH_JOB.test(name)) return [];
  const found = programFile(image, files, name);
  if (found?.isExecutable === true) return [];
  const verdict =
    found === undefined ? `the program "${name}" is not in the image` : `"${found.path}" is not executable`;
  return [fail(verdict, { notes: [`ENTRYPOINT ${JSON.stringify(image.entrypoint ?? [])}`] })];
}

// `python /opt/program/train.py`: the file is named in the entrypoint as well.
function missingScript(command: readonly string[], image: ImageFacts, files: ImageFiles): Finding | undefined {
  const [program = '', script = ''] = behindInit(command)?.rest ?? command;
  const isFile = /^\.{0,2}\//.test(script) || /\.(?:py|sh|js|mjs|cjs|R)$/.test(script);
  if (!RUNS_FILES.test(posix.basename(program)) || !isFile || /\s/.test(script)) return undefined;
  const path = posix.resolve(image.workDir, script);
  if (COMES_WITH_JOB.test(path) || files.find(path) !== undefined) return undefined;
  const evidence = { command, notes: [`WORKDIR ${image.workDir}`] };
  return fail(`${posix.basename(program)} is to run "${path}", which is not in the image`, evidence);
}
