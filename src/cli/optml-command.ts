import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OWN_JOB_COMMAND } from '../endpoint/jobs/own-job-command.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import { ownVersion } from '../entry-point/own-version.ts';
import { unknownSettings } from '../environment/unknown-settings.ts';
import { asOptmlError, describeError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { DEFAULT_VARIABLES } from '../estimator/configuration/default-variables.ts';
import { RANK_COMMAND } from '../launchers/mpi/rank-command.ts';
import { lazyMask } from '../log/lazy-masking.ts';
import { printMessage, printResult } from '../log/print.ts';
import { visibleLine } from '../text/visible.ts';
import { guessesTrainOnProcess } from './guess-run.ts';

const HELP = `optml - the training runtime of a SageMaker container

Usage: optml train                    run the training job (the same as "train")
       optml train --dry-run [--json] show what would be started on this host
       optml env [--json | --shell]   show the environment that a training script would get
       optml pack DIR [-o FILE]       pack a folder as train packs a model
       optml unpack FILE DIR          unpack an archive, safely
       optml run train.ts             run a program, as a whole training job on this machine
       optml run job.json             run the request of a training job
       optml submit job.json          run it on SageMaker
       optml attach JOB               follow a job of SageMaker
       optml validate IMAGE           check a training container before it costs money
       optml init [DIR]               write a small project that is ready to run
       optml jobs [--json]            list the jobs of this machine
       optml describe JOB [--json]    show a job
       optml logs JOB [--follow]      show the output of its hosts
       optml stop JOB [--wait]        stop a job
       optml open JOB                 open its report
       optml rerun JOB                run its request again, as a new job
       optml rm JOB...                remove jobs
       optml deliver JOB              deliver artifacts that could not be delivered
       optml endpoint [-- COMMAND]    serve a local AWS endpoint for AWS clients
       optml completion SHELL         print the completion of bash, zsh or fish
       optml --help | --version

Run "optml COMMAND --help" for the options of one. The documentation is in the package: docs/README.md has all pages, and
docs/first-job.md is the first one to read.
`;

type Variables = Readonly<NodeJS.ProcessEnv>;
type Command = (args: readonly string[], variables: Variables) => Promise<number>;
type Load = (args: readonly string[], variables: Variables) => Promise<Command>;

/** The commands, each loaded when it is asked for: the run of a job starts sooner without the others. */
const COMMANDS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['train', async () => (await import('#cli/commands')).trainCommand],
  ['env', async () => (await import('#cli/commands')).envCommand],
  ['pack', async () => (await import('#cli/commands')).packCommand],
  ['unpack', async () => (await import('#cli/commands')).unpackCommand],
  ['run', loadRun],
  ['submit', async () => (await import('#cli/cloud/cloud-commands')).submitCommand],
  ['attach', async () => (await import('#cli/cloud/cloud-commands')).attachCommand],
  ['validate', async () => (await import('#cli/commands')).validateCommand],
  ['init', async () => (await import('#cli/commands')).initCommand],
  ['jobs', async () => (await import('#cli/commands')).jobsCommand],
  ['describe', async () => (await import('#cli/commands')).describeCommand],
  ['deliver', async () => (await import('#cli/commands')).deliverCommand],
  ['open', async () => (await import('#cli/commands')).openCommand],
  ['rerun', async () => (await import('#cli/run-command')).rerunCommand],
  ['rm', async () => (await import('#cli/commands')).removeCommand],
  ['logs', async () => (await import('#cli/commands')).logsCommand],
  ['stop', async () => (await import('#cli/commands')).stopCommand],
  ['completion', async () => (await import('#cli/commands')).completionCommand],
  ['endpoint', async () => (await import('#cli/commands')).endpointCommand],
  [RANK_COMMAND, async () => (await import('#cli/commands')).mpiRankCommand],
  [OWN_JOB_COMMAND, async () => (await import('./endpoint/own-job-command.ts')).ownJobCommand],
]);

// A job on the engine `process` needs a Node of its own, which starts while this one loads the rest.
async function loadRun(args: readonly string[], variables: Variables): Promise<Command> {
  const ahead = guessesTrainOnProcess(args) ? await startAhead(variables) : undefined;
  endWithReader();
  const { runCommand } = await import('#cli/run-command');
  return () => runCommand(args, variables, ahead).finally(() => ahead?.close());
}

// In this file's bundle, but made when it is asked for: it needs modules of Node's that take long to load.
async function startAhead(variables: Variables): Promise<TrainAhead | undefined> {
  const { startTrainAhead } = await import('../engines/train-ahead.ts');
  return startTrainAhead(variables);
}

// A reader that wants no more (`optml env | head`) is no error. Not before a host is started: it takes milliseconds.
function endWithReader(): void {
  process.stdout.on('error', () => process.exit(0));
}

/** The command `optml`: `args` are the words after the program's name. Returns the exit code. */
export async function optmlCommand(args: readonly string[], variables: Variables): Promise<number> {
  const [command, ...rest] = args;
  if (command !== 'run') endWithReader();
  switch (command) {
    case undefined:
      printMessage(HELP.trimEnd());
      return EXIT_CODES.usage;
    case '--help':
    case '-h':
    case 'help':
      printResult(HELP);
      return EXIT_CODES.success;
    case '--version':
      printResult(`${ownVersion()}\n`);
      return EXIT_CODES.success;
    default:
      return run(command, rest, variables);
  }
}

async function run(name: string, args: readonly string[], variables: Variables): Promise<number> {
  const load = COMMANDS.get(name);
  if (load === undefined) return unknownWord(name);
  // Before a wrong option ends the command; `train` itself warns in its log.
  if (!['train', RANK_COMMAND, OWN_JOB_COMMAND].includes(name)) {
    for (const sentence of unknownSettings(Object.keys(variables), Object.values(DEFAULT_VARIABLES)))
      printMessage(`Warning: ${visibleLine(sentence)}`);
  }
  try {
    const command = await load(args, variables);
    return await command(args, variables);
  } catch (thrown) {
    const error = asOptmlError(thrown);
    printMessage(lazyMask(({ collectSecrets }) => collectSecrets(variables, new Map()), false)(describeError(error)));
    return error.exitCode;
  }
}

function unknownWord(word: string): number {
  const isOption = word.startsWith('-');
  const suggestion = nearest(word, isOption ? ['--help', '--version'] : [...COMMANDS.keys()]);
  const hint = suggestion === undefined ? 'Run "optml --help" for what there is.' : `Did you mean "${suggestion}"?`;
  printMessage(`optml: unknown ${isOption ? 'option' : 'command'} "${word}". ${hint}`);
  return EXIT_CODES.usage;
}
