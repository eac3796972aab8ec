import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { UnusableInput } from '../job-tree/input/input-file.ts';
import { readInputOrPipe } from '../job-tree/input/read-pipe.ts';
import { JsonSyntaxError, parseJson } from '../json/parse.ts';

/**
 * Reads a request from a JSON or YAML file (`.yaml`, `.yml`), not checked yet. It may be a link, and a pipe, as `/dev/stdin`.
 * `path`: where the file is, if `file` is only its name in messages.
 *
 * @throws OptmlError REQUEST_INVALID naming the file and the place in it.
 */
export async function readRequest(file: string, path: string = file): Promise<unknown> {
  const text = await readText(file, path);
  return /\.ya?ml$/i.test(file) ? parseYaml(text, file) : parseJsonText(text, file);
}

async function readText(file: string, path: string): Promise<string> {
  try {
    const text = (await readInputOrPipe(path)).toString('utf8');
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch (error) {
    const unusable = error instanceof UnusableInput ? error : undefined;
    const problem = unusable?.message ?? systemErrorCode(error);
    throw new OptmlError('REQUEST_INVALID', `the job file ${file} cannot be read: ${problem}`, {
      where: file,
      fix: unusable?.fix ?? 'Give a JSON or YAML file that holds a CreateTrainingJob request; "optml init" writes one.',
      exitCode: 2,
      cause: error,
    });
  }
}

function parseJsonText(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw syntaxError(file, whereInJson(text) ?? { message: (error as Error).message }, error);
  }
}

/** What is wrong with a file, and where. Lines and columns count from 1. */
export interface SyntaxProblem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

// Our own parser tells where it stumbles; it takes a little more than JSON.
function whereInJson(text: string): SyntaxProblem | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return error instanceof JsonSyntaxError ? error : undefined;
  }
}

async function parseYaml(text: string, file: string): Promise<unknown> {
  const { parseYamlText } = await import('#request/parse-yaml');
  const { value, problem } = parseYamlText(text);
  if (problem !== undefined) throw syntaxError(file, problem, undefined);
  return value;
}

function syntaxError(file: string, { message, line, column }: SyntaxProblem, cause: unknown): OptmlError {
  const where = line === undefined ? file : `${file}, line ${line}, column ${column}`;
  return new OptmlError('REQUEST_INVALID', `${where}: ${message}`, {
    where,
    fix: 'Correct the file there.',
    exitCode: 2,
    cause,
  });
}
