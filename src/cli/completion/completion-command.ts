import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { nearest } from '../../errors/nearest.ts';
import { printForPrograms } from '../../log/print.ts';
import { listed } from '../options/option-values.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { usageError } from '../options/usage-error.ts';
import { bashScript } from './bash-script.ts';
import { commandTable, SHELLS } from './command-table.ts';
import { fishScript } from './fish-script.ts';
import { zshScript } from './zsh-script.ts';

const HELP = `optml completion - prints the completion of a shell: commands, options, their values, names of jobs

Usage: optml completion bash | zsh | fish

  -h, --help  this text

For each new shell:
  bash: eval "$(optml completion bash)"    in ~/.bashrc
  zsh:  eval "$(optml completion zsh)"     in ~/.zshrc, behind compinit
  fish: optml completion fish | source     in ~/.config/fish/config.fish
`;

const RULES: CommandRules = { command: 'optml completion', help: HELP, operands: ['SHELL'], flags: [] };

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/**
 * The command `optml completion`. Returns the exit code.
 *
 * @throws OptmlError USAGE for another shell.
 */
export async function completionCommand(args: readonly string[]): Promise<number> {
  const given = readOptions(args, RULES);
  if (given === undefined) return EXIT_CODES.success;
  const [wanted = ''] = given.operands;
  const shell = SHELLS.find((name) => name === wanted);
  if (shell === undefined) {
    const near = nearest(wanted, SHELLS);
    const fix = near === undefined ? `Give ${listed(SHELLS)}.` : `Did you mean "${near}"?`;
    throw usageError(given.command, `there is no completion for "${wanted}"`, fix);
  }
  printForPrograms(SCRIPTS[shell](await commandTable()));
  return EXIT_CODES.success;
}
