import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PARTIAL_MARK } from '../../contract/paths.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { onEndSignal } from '../end-signals.ts';

// What tools of the user put into a folder before a project is in it.
const NO_PROJECT =
  /^(?:\.git|\.gitattributes|\.github|\.hg|\.svn|\.DS_Store|Thumbs\.db|desktop\.ini|\.idea|\.vscode|\.editorconfig|LICEN[CS]E(?:\.(?:md|txt))?)$/;
const MOST_NAMED = 3;

/**
 * Writes a project into `dir` (absolute): a new folder, or one without anything that looks like a project. All of its files
 * are there, or none; a signal to end waits until then. Nothing is overwritten.
 *
 * @throws OptmlError DESTINATION_INVALID.
 */
export function writeProject(dir: string, files: Readonly<Record<string, string>>): void {
  // The handler runs when the work is done: everything below is synchronous.
  let signal: NodeJS.Signals | undefined;
  const unregister = onEndSignal((received) => {
    signal ??= received;
  });
  try {
    place(dir, files);
  } catch (error) {
    if (isOptmlError(error)) throw error;
    throw unusable(dir, `the project cannot be written to ${dir}: ${(error as Error).message}`, error);
  } finally {
    setImmediate(() => {
      unregister();
      if (signal !== undefined) process.kill(process.pid, signal);
    });
  }
}

function place(dir: string, files: Readonly<Record<string, string>>): void {
  const isNew = statSync(dir, { throwIfNoEntry: false }) === undefined;
  if (!isNew) checkContents(dir);
  // On the same file system: a name is all that changes at the end.
  const parent = isNew ? dirname(dir) : dir;
  const missing = missingFolders(parent);
  let partial: string | undefined;
  try {
    makeFolder(parent);
    partial = mkdtempSync(join(parent, PARTIAL_MARK));
    // `mkdtemp` makes a folder that only its owner can read.
    const whole = join(partial, basename(dir));
    writeFiles(whole, files);
    if (isNew) renameSync(whole, dir);
    else moveEntries(whole, dir);
  } catch (error) {
    remove(partial);
    removeEmpty(missing);
    throw error;
  }
  remove(partial);
}

function remove(path: string | undefined): void {
  if (path !== undefined) rmSync(path, { recursive: true, force: true });
}

function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // It was not made, or another program uses it. The error that is reported came first.
  }
}

function checkContents(dir: string): void {
  if (!statSync(dir).isDirectory()) throw unusable(dir, `expected a folder, and ${dir} is a file`);
  const names = readdirSync(dir);
  // A killed `optml init` has left them.
  for (const name of names) if (name.startsWith(PARTIAL_MARK)) remove(join(dir, name));
  const others = names.filter((name) => !NO_PROJECT.test(name) && !name.startsWith(PARTIAL_MARK));
  if (others.length === 0) return;
  const named = others.sort().slice(0, MOST_NAMED).join(', ');
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  throw unusable(dir, `expected a new or empty folder, and ${dir} holds ${named}${more}`);
}

/** The folders that lack on the way to `dir`, the innermost first. */
function missingFolders(dir: string): readonly string[] {
  return existsSync(dir) || dirname(dir) === dir ? [] : [dir, ...missingFolders(dirname(dir))];
}

function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { flag: 'wx' });
  }
}

function moveEntries(from: string, to: string): void {
  const moved: string[] = [];
  try {
    for (const name of readdirSync(from)) {
      const target = join(to, name);
      // A file that has come meanwhile would be replaced.
      if (existsSync(target)) throw unusable(to, `${target} is in the way`);
      renameSync(join(from, name), target);
      moved.push(target);
    }
  } catch (error) {
    for (const path of moved) rmSync(path, { recursive: true, force: true });
    throw error;
  }
}

function unusable(dir: string, message: string, cause?: unknown): OptmlError {
  const fix = 'Give another folder: nothing is overwritten.';
  return new OptmlError('DESTINATION_INVALID', message, { where: dir, fix, cause });
}
