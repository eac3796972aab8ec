import { open } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { indexLines, openLines } from '../../../job-tree/input/line-file.ts';
import { parseJson } from '../../../json/parse.ts';
import { dumpJson } from '../../../json/python-json.ts';
import type { JsonObject } from '../../../json/value.ts';
import { listTree } from '../local-tree.ts';
import type { PreparedLocation, PrepareOptions } from '../prepared-location.ts';
import { locationError } from '../upload-error.ts';
import type { LocalLocation } from '../uploader.ts';
import { localPath, lookAtNamed } from './named-files.ts';

/** Names of attributes whose values say where the data is (contract C44). */
const REFERENCE = '-ref';
// What is written at a time.
const BLOCK_CHARACTERS = 256 * 1024;

/**
 * The files that the lines of an augmented manifest refer to (contract C44), in the folders that they have below their common
 * one. Lines without such a reference stay as they are, byte for byte.
 *
 * @throws OptmlError CHANNEL_INVALID that names the line, or files that are missing.
 */
export async function prepareAugmentedManifest(
  location: LocalLocation,
  { workDir, signal, log }: PrepareOptions,
): Promise<PreparedLocation> {
  const [manifest] = await listTree(location, { signal, warn: log.warn });
  const files = new Set<string>();
  for await (const line of linesOf(location, signal)) {
    for (const { file } of localReferences(location, line)) files.add(file);
  }
  if (files.size === 0) return { files: manifest === undefined ? [] : [manifest] };
  const base = commonFolder(files);
  const pathOf = (file: string) => relative(base, file);
  const named = [...files].map((file) => ({ path: pathOf(file), file }));
  return {
    files: await lookAtNamed(location, named, signal),
    writeManifest: async (uri) => {
      const file = join(workDir, basename(location.path));
      await writeLines(file, rewritten(location, { uri, pathOf, signal }));
      const [written] = await listTree({ ...location, path: file }, { signal, warn: log.warn });
      return written as never;
    },
  };
}

interface Line {
  /** From 1 on. */
  readonly number: number;
  readonly text: string;
}

async function* linesOf(location: LocalLocation, signal: AbortSignal): AsyncGenerator<Line> {
  const index = await reading(location, () => indexLines(location.path));
  const lines = await reading(location, () => openLines(location.path, index));
  try {
    for (const [at, start] of index.starts.entries()) {
      signal.throwIfAborted();
      yield { number: at + 1, text: await lines.read(start, index.ends[at] ?? start) };
    }
  } finally {
    await lines.close();
  }
}

async function reading<Result>(location: LocalLocation, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw locationError(
      location,
      `${location.path} cannot be read: ${(error as Error).message}`,
      'Check the manifest.',
      error,
    );
  }
}

/** An attribute that names a file of this machine. */
interface Reference {
  readonly name: string;
  readonly file: string;
}

function localReferences(location: LocalLocation, line: Line): readonly Reference[] {
  return referencesIn(location, attributesOf(location, line));
}

function referencesIn(location: LocalLocation, attributes: JsonObject): readonly Reference[] {
  return [...attributes].flatMap(([name, value]) => {
    if (!name.endsWith(REFERENCE) || typeof value !== 'string') return [];
    if (location.attributeNames?.includes(name) === false) return [];
    const file = localPath(value, location);
    return file === undefined ? [] : [{ name, file }];
  });
}

function attributesOf(location: LocalLocation, { number, text }: Line): JsonObject {
  const wrong = (why: string, cause?: unknown) =>
    locationError(location, `entry ${number} of ${location.path} ${why}`, 'Write one JSON object a line.', cause);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw wrong(`is not JSON: ${(error as Error).message}`, error);
  }
  if (value instanceof Map) return value;
  throw wrong('is no object');
}

/** The lines for the job. */
async function* rewritten(
  location: LocalLocation,
  { uri, pathOf, signal }: { uri: string; pathOf: (file: string) => string; signal: AbortSignal },
): AsyncGenerator<string> {
  for await (const line of linesOf(location, signal)) {
    const attributes = attributesOf(location, line);
    const references = referencesIn(location, attributes);
    for (const { name, file } of references) attributes.set(name, `${uri}${pathOf(file)}`);
    yield references.length === 0 ? line.text : dumpJson(attributes);
  }
}

async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    let block = '';
    for await (const line of lines) {
      block += `${line}\n`;
      if (block.length < BLOCK_CHARACTERS) continue;
      await handle.write(block);
      block = '';
    }
    await handle.write(block);
  } finally {
    await handle.close();
  }
}

/** The deepest folder that contains all files. */
function commonFolder(files: ReadonlySet<string>): string {
  let common: string | undefined;
  for (const file of files) {
    let folder = dirname(file);
    if (common === undefined) common = folder;
    while (!isIn(common, folder)) {
      if (isIn(folder, common)) common = folder;
      else folder = dirname(folder);
    }
  }
  return common ?? '/';
}

function isIn(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder === '/' ? '/' : `${folder}/`);
}
