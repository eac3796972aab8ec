import { isObject } from '../../../json/read-value.ts';
import { type EngineCli, runCli } from '../engine-cli.ts';
import { inspectOne } from '../inspect.ts';

// More folders than any image has; each is one command of the engine.
const MOST_FOLDERS = 20;
const ANY_EXECUTE_BIT = 0o111;
const INTERPRETER_WITH_RETURN = /^#![^\r\n]*\r(?:\n|$)/;

/** A file that is the program of a container, and why the kernel does not start it. */
export interface UnstartableProgram {
  /** In the container. */
  readonly path: string;
  /** It has no permission to be executed, or the name of its interpreter ends with a carriage return. */
  readonly why: 'not executable' | 'line ends';
}

/**
 * The file of the program of a container that could not be started, on its PATH or at an absolute path, if the file explains
 * it. Undefined if it does not, or if the engine does not say.
 */
export async function unstartableProgram(
  cli: EngineCli,
  container: string,
  program: string,
): Promise<UnstartableProgram | undefined> {
  const isOnPath = !program.includes('/');
  const paths = isOnPath ? await pathsOf(cli, container, program) : [program];
  const files = await Promise.all(paths.map((path) => fileAt(cli, container, path)));
  for (const [index, path] of paths.entries()) {
    const file = files[index];
    if (file === undefined) continue;
    // Of a path, the engine itself reports it.
    if (isOnPath && (file.mode & ANY_EXECUTE_BIT) === 0) return { path, why: 'not executable' };
    if (INTERPRETER_WITH_RETURN.test(file.start)) return { path, why: 'line ends' };
  }
  return undefined;
}

async function pathsOf(cli: EngineCli, container: string, program: string): Promise<readonly string[]> {
  const { found } = await inspectOne(cli, ['container', 'inspect', container]);
  const folders = pathOf(found).slice(0, MOST_FOLDERS);
  return folders.map((folder) => `${folder.replace(/\/+$/, '')}/${program}`);
}

function pathOf(container: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const config = container?.['Config'];
  const variables: unknown = isObject(config) ? config['Env'] : undefined;
  const entries = Array.isArray(variables) ? variables.filter((one): one is string => typeof one === 'string') : [];
  const path = entries.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return path.split(':').filter((folder) => folder.startsWith('/'));
}

// Of the header of a tar archive: octal mode at byte 100, type at byte 156.
const HEADER_BYTES = 512;
// The kernel reads no more of a #! line.
const START_BYTES = 256;
const REGULAR = ['0', '\0'];

interface ProgramFile {
  readonly mode: number;
  /** Its first bytes. */
  readonly start: string;
}

/** A regular file in a container. Without a running container, the engine gives files as an archive only. */
async function fileAt(cli: EngineCli, container: string, file: string): Promise<ProgramFile | undefined> {
  const { code, stdout } = await runCli(cli, ['cp', `${container}:${file}`, '-']);
  if (code !== 0 || stdout.length < HEADER_BYTES || !REGULAR.includes(stdout.charAt(156))) return undefined;
  const mode = Number.parseInt(stdout.slice(100, 108), 8);
  return Number.isNaN(mode) ? undefined : { mode, start: stdout.slice(HEADER_BYTES, HEADER_BYTES + START_BYTES) };
}
