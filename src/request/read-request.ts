import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { kindAt, UnusableInput } from '../job-tree/input/input-file.ts';
import { readInputOrPipe, readStandardInput } from '../job-tree/input/read-pipe.ts';
import { decodeText } from './document/decode-text.ts';
import { parseJsonDocument } from './document/json-document.ts';
import type { ParsedDocument } from './document/parsed-document.ts';
import { isProgramName, RUN_PROGRAM, recogniseDocument, recogniseText } from './document/recognise.ts';

/** The content of a request file, not checked yet. */
export interface RequestFile {
  readonly value: unknown;
  /** Path → how a number or a boolean is written in the file. */
  readonly scalars: ReadonlyMap<string, string>;
}

/**
 * Reads a request from a JSON or YAML file (`.yaml`, `.yml`) in UTF-8. It may be a link, and a pipe, as `/dev/stdin`.
 * `path`: where the file is, if `file` is only its name in messages.
 *
 * @throws OptmlError REQUEST_INVALID naming the file and the place in it.
 */
export async function readRequestFile(file: string, path: string = file): Promise<RequestFile> {
  return parseRequest(await readBytes(file, path), file, () => /\.ya?ml$/i.test(file));
}

/** Reads a request from standard input, as JSON or YAML. @throws OptmlError REQUEST_INVALID, as {@link readRequestFile}. */
export async function readRequestInput(): Promise<RequestFile> {
  const bytes = await readStandardInput().catch((error: unknown) => {
    const { message, fix } = error as UnusableInput;
    throw syntaxError(STANDARD_INPUT, { message: `it cannot be read: ${message}`, ...(fix !== undefined && { fix }) });
  });
  // A request is an object. YAML can begin with any other character.
  return parseRequest(bytes, STANDARD_INPUT, (text) => /^\s*[^\s{]/.test(text));
}

/** What messages call the file `-`. */
export const STANDARD_INPUT = 'standard input';

async function parseRequest(bytes: Buffer, file: string, isYamlText: (text: string) => boolean): Promise<RequestFile> {
  const { text, problem } = decodeText(bytes);
  if (problem !== undefined) throw syntaxError(file, problem);
  const isYaml = isYamlText(text);
  const parsed = isYaml ? await parseYaml(text) : parseJsonDocument(text);
  if (parsed.problem !== undefined) {
    throw syntaxError(file, (isYaml ? undefined : recogniseText(text, file)) ?? parsed.problem);
  }
  const other = recogniseDocument(parsed.value);
  if (other !== undefined) throw syntaxError(file, other);
  return parsed;
}

/** The value of {@link readRequestFile}. */
export async function readRequest(file: string, path: string = file): Promise<unknown> {
  return (await readRequestFile(file, path)).value;
}

async function readBytes(file: string, path: string): Promise<Buffer> {
  try {
    return await readInputOrPipe(path);
  } catch (error) {
    const unusable = error instanceof UnusableInput ? error : undefined;
    const code = systemErrorCode(error);
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${unusable?.message ?? code}`;
    throw new OptmlError('REQUEST_INVALID', `the job file ${file} ${problem}`, {
      where: file,
      fix: unusable?.fix ?? fixOfMissing(file, path),
      exitCode: 2,
      cause: error,
    });
  }
}

function fixOfMissing(file: string, path: string): string {
  if (/^s3:\/\//i.test(file)) return `Download it first: aws s3 cp ${file} .`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return 'Download it first, and give the file.';
  if (isProgramName(file)) return RUN_PROGRAM;
  const folder = dirname(path);
  const near = nearest(basename(path), kindAt(folder) === 'a folder' ? readdirSync(folder) : []);
  if (near !== undefined) return `Did you mean "${join(dirname(file), near)}"?`;
  return 'Give a JSON or YAML file that holds a CreateTrainingJob request; "optml init" writes one.';
}

// The library of YAML is loaded for such files only.
async function parseYaml(text: string): Promise<ParsedDocument> {
  const { parseYamlText } = await import('#request/parse-yaml');
  return parseYamlText(text);
}

/** What is wrong with a file, and where. Lines and columns count from 1. */
export interface SyntaxProblem {
  readonly message: string;
  readonly fix?: string;
  readonly line?: number;
  readonly column?: number;
}

function syntaxError(
  file: string,
  { message, fix = 'Correct the file there.', line, column }: SyntaxProblem,
): OptmlError {
  const where = line === undefined ? file : `${file}, line ${line}, column ${column}`;
  return new OptmlError('REQUEST_INVALID', `${where}: ${message}`, { where, fix, exitCode: 2 });
}
