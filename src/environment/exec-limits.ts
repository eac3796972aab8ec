import { MAX_ARGUMENT_BYTES } from '../contract/limits.ts';
import { OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';

// Of an argument that is only named to find another by.
const LONGEST_ARGUMENT = 40;

/**
 * Checks that every variable and argument can reach a process unchanged: no NUL, no `=` in a name, no lone surrogate
 * (it has no UTF-8 form), no more bytes than Linux takes.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID or VALUE_TOO_LARGE naming the variable or argument.
 */
export function checkPassable(variables: ReadonlyMap<string, string>, args: readonly string[]): void {
  for (const [name, value] of variables) {
    if (name.includes('='))
      throw invalid(`variable "${name}"`, 'its name holds "="', 'Rename the hyperparameter or channel.');
    checkText(name, `the name of variable ${JSON.stringify(name)}`);
    checkText(value, `variable "${name}"`);
    checkSize(`${name}=${value}`, `variable "${name}"`);
  }
  for (const [index, argument] of args.entries()) {
    const location = `argument ${index + 1}${index > 0 ? ` (after "${cutText(args[index - 1] ?? '', LONGEST_ARGUMENT)}")` : ''}`;
    checkText(argument, location);
    checkSize(argument, location);
  }
}

function checkText(text: string, location: string): void {
  if (text.includes('\0')) throw invalid(location, 'it holds a NUL character', 'Remove the NUL character.');
  if (!text.isWellFormed()) {
    throw invalid(
      location,
      'it holds half of a surrogate pair, which has no UTF-8 form',
      'Correct the \\uD800-\\uDFFF escape.',
    );
  }
}

function checkSize(text: string, location: string): void {
  // A UTF-16 unit takes three bytes at most: short texts need no count.
  if (text.length * 3 < MAX_ARGUMENT_BYTES) return;
  const bytes = Buffer.byteLength(text) + 1;
  if (bytes <= MAX_ARGUMENT_BYTES) return;
  throw new OptmlError(
    'VALUE_TOO_LARGE',
    `${location} takes ${bytes} bytes; Linux passes on at most ${MAX_ARGUMENT_BYTES}`,
    {
      where: 'input/config/hyperparameters.json',
      fix: 'Pass large values as a file in a channel, and its path or name as the hyperparameter.',
    },
  );
}

function invalid(location: string, why: string, fix: string): OptmlError {
  return new OptmlError('HYPERPARAMETER_INVALID', `${location} cannot be passed to a process: ${why}`, {
    where: 'input/config/hyperparameters.json',
    fix,
  });
}
