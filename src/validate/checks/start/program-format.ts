import type { Check } from '../../check.ts';
import type { ImageFile, ImageFiles } from '../../image/image-files.ts';
import { behindInit, programFile, startOf } from '../../image/start-of-container.ts';
import type { ImageFacts } from '../../image-facts.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, notApplicable, pass } from '../support/findings.ts';

const ELF = '\x7fELF';
/** Machine in an ELF header → the architecture of an image. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x3e, 'amd64'],
  [0xb7, 'arm64'],
]);

/** Contract C1: the kernel can execute the first program. */
export const programFormat: Check = {
  id: 'program-format',
  clause: 'C1',
  severity: 'must',
  title: "The first program is a binary of the image's architecture, or a script with a #! line",
  probe: 'Reads the first bytes of the program that is started, and looks for the interpreter of its #! line.',
  why: 'Nothing else than the kernel starts it: without a #! line, or with an interpreter that is not there, it does not run.',
  fix: 'Begin the script with #!/bin/sh, #!/usr/bin/env python3 or what runs it, and end its lines with LF alone.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const { command } = startOf(image, subject.job);
      const name = (behindInit(command)?.rest ?? command)[0] ?? '';
      const file = programFile(image, files, name);
      if (file === undefined) return notApplicable(`the program "${name}" is not in the image`);
      const problem = problemOf(file, image, files);
      if (problem === undefined) return pass(`${file.path} can be executed`);
      const notes = [`it starts with ${JSON.stringify(file.head.subarray(0, 60).toString('latin1').split('\n')[0])}`];
      return fail(problem.verdict, { files: [file.path], notes }, problem.fix);
    }),
};

interface Problem {
  readonly verdict: string;
  readonly fix?: string;
}

function problemOf({ path, head }: ImageFile, image: ImageFacts, files: ImageFiles): Problem | undefined {
  const text = head.toString('latin1');
  if (text.startsWith(ELF)) {
    const machine = MACHINES.get(head.readUInt16LE(18));
    const isOther = machine !== undefined && image.architecture !== '' && machine !== image.architecture;
    const verdict = `${path} is a program for ${machine}, the image is for ${image.architecture}`;
    return isOther ? { verdict } : undefined;
  }
  if (text.startsWith('\xef\xbb\xbf#!')) {
    return { verdict: `${path} has a byte order mark before its #! line`, fix: 'Save it without a byte order mark.' };
  }
  if (!text.startsWith('#!')) return { verdict: `${path} is no binary and has no #! line` };
  const [line = ''] = text.slice(2).split('\n');
  if (line.endsWith('\r')) {
    return {
      verdict: `the #! line of ${path} ends with CR LF, which becomes part of the interpreter's name`,
      fix: `sed -i 's/\\r$//' ${path}`,
    };
  }
  const [interpreter = '', ...rest] = line.trim().split(/\s+/);
  if (files.find(interpreter) === undefined)
    return { verdict: `${path} needs ${interpreter}, which is not in the image` };
  const named = /\/env$/.test(interpreter)
    ? rest.find((word) => !word.startsWith('-') && !word.includes('='))
    : undefined;
  if (named === undefined || programFile(image, files, named)?.isExecutable === true) return undefined;
  return { verdict: `${path} needs "${named}", which is not on PATH` };
}
