import { MAX_ARGUMENT_BYTES } from '../contract/limits.ts';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import { OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';

// Of an argument that is only named to find another by.
const LONGEST_ARGUMENT = 40;

/**
 * Checks that every variable and argument can reach a process unchanged: no NUL, no `=` in a name, no lone surrogate
 * (it has no UTF-8 form), no more bytes than Linux takes.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID, CONFIG_SHAPE or VALUE_TOO_LARGE naming the variable or argument and its file.
 */
export function checkPassable(variables: ReadonlyMap<string, string>, args: readonly string[]): void {
  for (const [name, value] of variables) {
    const file = fileOf(name);
    const what = `variable "${name}"`;
    if (name.includes('=')) throw invalid(what, 'its name holds "="', 'Rename the hyperparameter or channel.', file);
    checkText(name, `the name of variable ${JSON.stringify(name)}`, file);
    checkText(value, what, file);
    checkSize(`${name}=${value}`, what, file);
  }
  for (const [index, argument] of args.entries()) {
    const location = `argument ${index + 1}${index > 0 ? ` (after "${cutText(args[index - 1] ?? '', LONGEST_ARGUMENT)}")` : ''}`;
    checkText(argument, location, HYPERPARAMETERS);
    checkSize(argument, location, HYPERPARAMETERS);
  }
}

const HYPERPARAMETERS = RELATIVE_PATHS.hyperparametersFile;

const FILES: ReadonlyArray<readonly [variables: RegExp, file: string]> = [
  [/^SM_(?:HPS?(?:_|$)|USER_ARGS|USER_ENTRY_POINT|MODULE_|FRAMEWORK_)/, HYPERPARAMETERS],
  [/^SM_(?:CHANNEL|INPUT_DATA_CONFIG)/, RELATIVE_PATHS.inputDataConfigFile],
  [
    /^(?:SM_(?:HOST|CURRENT_|RESOURCE_CONFIG|NETWORK_|MASTER_|INSTANCE_|DISTRIBUTION_|TOPOLOGY)|CURRENT_HOST$)/,
    RELATIVE_PATHS.resourceConfigFile,
  ],
];

/** The file that the value of a variable comes from; the folder, for a value of several files. */
function fileOf(variable: string): string {
  return FILES.find(([variables]) => variables.test(variable))?.[1] ?? RELATIVE_PATHS.inputConfigDir;
}

function checkText(text: string, location: string, file: string): void {
  if (text.includes('\0')) throw invalid(location, 'it holds a NUL character', 'Remove the NUL character.', file);
  if (text.isWellFormed()) return;
  const why = 'it holds half of a surrogate pair, which has no UTF-8 form';
  throw invalid(location, why, 'Correct the \\uD800-\\uDFFF escape.', file);
}

function checkSize(text: string, location: string, file: string): void {
  const bytes = Buffer.byteLength(text) + 1;
  if (bytes <= MAX_ARGUMENT_BYTES) return;
  throw new OptmlError(
    'VALUE_TOO_LARGE',
    `${location} takes ${bytes} bytes; Linux passes on at most ${MAX_ARGUMENT_BYTES}`,
    {
      where: file,
      fix:
        file === HYPERPARAMETERS
          ? 'Pass large values as a file in a channel, and its path or name as the hyperparameter.'
          : 'Use fewer or shorter names and values in this file.',
    },
  );
}

function invalid(location: string, why: string, fix: string, file: string): OptmlError {
  const code = file === HYPERPARAMETERS ? 'HYPERPARAMETER_INVALID' : 'CONFIG_SHAPE';
  return new OptmlError(code, `${location} cannot be passed to a process: ${why}`, { where: file, fix });
}
