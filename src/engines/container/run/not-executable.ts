import { isObject } from '../../../json/read-value.ts';
import { type EngineCli, runCli } from '../engine-cli.ts';
import { inspectOne } from '../inspect.ts';

// More folders than any image has; each is one command of the engine.
const MOST_FOLDERS = 20;
const ANY_EXECUTE_BIT = 0o111;

/**
 * The path of a program on the PATH of a container that could not be started, without permission to execute it. Undefined
 * if there is none, or if the engine does not say.
 */
export async function notExecutable(cli: EngineCli, container: string, program: string): Promise<string | undefined> {
  if (program.includes('/')) return undefined;
  const { found } = await inspectOne(cli, ['container', 'inspect', container]);
  const files = pathOf(found)
    .slice(0, MOST_FOLDERS)
    .map((folder) => `${folder.replace(/\/+$/, '')}/${program}`);
  const modes = await Promise.all(files.map((file) => modeOf(cli, container, file)));
  return files.find((_, index) => modes[index] !== undefined && (modes[index] & ANY_EXECUTE_BIT) === 0);
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
const REGULAR = ['0', '\0'];

/** The permissions of a regular file in a container. Without a running container, the engine gives files as an archive only. */
async function modeOf(cli: EngineCli, container: string, file: string): Promise<number | undefined> {
  const { code, stdout } = await runCli(cli, ['cp', `${container}:${file}`, '-']);
  if (code !== 0 || stdout.length < HEADER_BYTES || !REGULAR.includes(stdout.charAt(156))) return undefined;
  const mode = Number.parseInt(stdout.slice(100, 108), 8);
  return Number.isNaN(mode) ? undefined : mode;
}
