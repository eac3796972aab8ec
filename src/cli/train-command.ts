import { EXIT_CODES } from '../contract/exit-codes.ts';
import { ownVersion } from '../entry-point/own-version.ts';
import { nearest } from '../errors/nearest.ts';
import { printMessage, printResult } from '../log/print.ts';
import { takeStandardError } from '../log/write-stderr.ts';
import { train } from '../train/train.ts';

const HELP = `train - runs a SageMaker training job inside its container

Usage: train                      (the platform's own call; "train train" and "optml train" are the same)
       train --dry-run [--json]   (shows what would be started on this host)
       train --help | --version

Everything else comes from files and variables: /opt/ml/input/config (or SAGEMAKER_BASE_DIR), SAGEMAKER_PROGRAM and
the OPTML_* settings. See docs/settings.md, and "optml env" for what a script would get.
`;

const OPTIONS = ['--dry-run', '--json', '--help', '-h', '--version'];

/**
 * The command \`train\`: \`args\` are the words after the program's name. Returns the exit code. Kept free of any
 * command-line library: it starts before every job.
 */
export async function trainCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const rest = args[0] === 'train' ? args.slice(1) : args;
  const [first] = rest;
  if (first === undefined) return train({ variables, stderr: takeStandardError() });
  if (first === '--help' || first === '-h') printResult(HELP);
  else if (first === '--version') printResult(`${ownVersion()}\n`);
  else if (rest.includes('--dry-run')) return dryRunCommand(rest, variables);
  else return usageError(first);
  return EXIT_CODES.success;
}

async function dryRunCommand(operands: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const unknown = operands.find((word) => word !== '--dry-run' && word !== '--json');
  if (unknown !== undefined) return usageError(unknown);
  return (await import('#train/dry-run')).dryRun(variables, operands.includes('--json'));
}

function usageError(word: string): number {
  const suggestion = nearest(word, [...OPTIONS, 'train']);
  const hint =
    suggestion === undefined ? 'It takes no arguments; settings are variables.' : `Did you mean "${suggestion}"?`;
  printMessage(`train: unknown ${word.startsWith('-') ? 'option' : 'argument'} "${word}". ${hint}`);
  return EXIT_CODES.usage;
}
