import { isObject, readJson } from '../../json/read-value.ts';
import { type CliOptions, type EngineCli, runCli } from './engine-cli.ts';

/** What an engine answers about one thing that it may have. */
export type Inspected =
  | { readonly found: Readonly<Record<string, unknown>> }
  /** The engine has no such thing. */
  | { readonly found: undefined; readonly problem?: undefined }
  /** The engine did not answer, or not with JSON of the expected shape. */
  | { readonly found: undefined; readonly problem: string };

const ABSENT =
  /no such (?:image|object|container|network)|no (?:container|network|image)\b.* found|not known|not found/i;

/** Asks by an `inspect` command. Never rejects. */
export async function inspectOne(
  cli: EngineCli,
  args: readonly string[],
  options: CliOptions = {},
): Promise<Inspected> {
  const { code, stdout, stderr, killed } = await runCli(cli, args, options);
  if (code === 0) {
    const found = firstObject(stdout);
    return found === undefined ? { found, problem: wrongAnswer(cli, args) } : { found };
  }
  if (killed === undefined && ABSENT.test(stderr)) return { found: undefined };
  return { found: undefined, problem: stderr.trim() || `${cli.name} ${args[0]} ended with exit code ${code}` };
}

/** Names an answer that has another shape than the command has. */
export function wrongAnswer({ name }: EngineCli, args: readonly string[]): string {
  return `${name} ${args.slice(0, 2).join(' ')} gave an answer that cannot be read`;
}

/** The first object of a JSON list, or undefined. */
function firstObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(text);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(first) ? first : undefined;
}
