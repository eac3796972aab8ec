import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type EntryPointKind, entryPointKind, hasFile } from './kind.ts';

/** The training program, found in the code directory. */
export interface EntryPoint {
  readonly kind: EntryPointKind;
  /** Relative to the code directory, without `./`; `.` for the code directory itself. Outside of it, absolute. */
  readonly path: string;
}

/**
 * Finds the program in the code directory (contract C20, C24). A relative one has to lie inside.
 *
 * @throws OptmlError PROGRAM_MISSING, PROGRAM_OUTSIDE_CODE, PROGRAM_NOT_FOUND or PROGRAM_INVALID.
 */
export async function locateEntryPoint(program: string | null, codeDir: string): Promise<EntryPoint> {
  if (program === null) throw (await missingProgram()).noProgram(codeDir);
  const file = resolve(codeDir, program);
  const inside = relative(codeDir, file) || '.';
  const isOutside = /^\.\.(\/|$)/.test(inside);
  if (isOutside && !isAbsolute(program)) {
    throw (await missingProgram()).outsideCode(program, codeDir);
  }
  const path = isOutside ? file : inside;
  const kind = entryPointKind(path, codeDir);
  if (kind === 'npm-package' && !existsSync(join(file, 'package.json'))) {
    throw (await missingProgram()).noPackage(program, file);
  }
  // A Python package is named by its module, which need not be a file.
  if (kind !== 'npm-package' && !hasFile(file) && kind !== 'python-package') {
    throw (await missingProgram()).notFound(program, path, codeDir);
  }
  return { kind, path };
}

// A part of its own: most programs are there.
function missingProgram(): Promise<typeof import('./missing-program.ts')> {
  return import('#entry-point/missing-program');
}
