import { requireBaseDirectory } from '../config/base-directory.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { jobSecrets } from '../environment/job-secrets.ts';
import { readTrainingJob } from '../environment/read-training-job.ts';
import { trainingVariables } from '../environment/variables.ts';
import * as masking from '../log/masking/masking.ts';
import { printForPrograms, printMessage, printResult } from '../log/print.ts';
import { quoteWord } from '../process/quote-command.ts';
import { visibleJson } from '../text/visible.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';

const HELP = `optml env - shows the environment that the training script would get

Usage: optml env [--json | --shell]

  --json    one JSON object, name to value, secrets included
  --shell   lines for a POSIX shell: eval "$(optml env --shell)", secrets included
  --help    this text

Without an option: readable lines, secrets masked. Reads the configuration like train, writes nothing.
`;

/** The options of `optml env`. */
export const ENV_RULES: CommandRules = {
  command: 'optml env',
  help: HELP,
  flags: ['json', 'shell'],
  exclusive: ['json', 'shell'],
};

/**
 * The command `optml env`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or configuration.
 */
export async function envCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, ENV_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const paths = requireBaseDirectory(variables);
  const environment = await readTrainingJob(paths, variables, (message) => printMessage(message));
  const exported = trainingVariables(environment);
  if (given.flags.has('json')) printResult(visibleJson(showJson(exported)));
  else if (given.flags.has('shell')) printForPrograms(showShell(exported));
  else printResult(showReadable(exported, masking.makeMasker(jobSecrets(environment, variables)(masking)).maskKnown));
  return EXIT_CODES.success;
}

function showJson(exported: ReadonlyMap<string, string>): string {
  return `${JSON.stringify(Object.fromEntries(exported), null, 2)}\n`;
}

function showReadable(exported: ReadonlyMap<string, string>, mask: (text: string) => string): string {
  return [...exported].map(([name, value]) => `${name}=${mask(masking.maskNamed(name, value))}\n`).join('');
}

// A shell has no variables of other names; the comment tells what is left out.
function showShell(exported: ReadonlyMap<string, string>): string {
  return [...exported]
    .map(([name, value]) =>
      /^[A-Za-z_]\w*$/.test(name)
        ? `export ${name}=${quoteWord(value)}\n`
        : `# not a shell name, left out: ${JSON.stringify(name)}\n`,
    )
    .join('');
}
