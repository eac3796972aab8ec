import { masking, mayHaveSecret } from '../log/lazy-masking.ts';
import { quoteCommand } from '../process/quote-command.ts';

/** A command for people, as they would paste it into a shell, with its secrets masked. */
export function shownCommand(argv: readonly string[]): string {
  const text = quoteCommand(argv);
  return mayHaveSecret(text) ? quoteCommand(masking().maskArguments(argv)) : text;
}
