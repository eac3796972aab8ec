// `train` for a host of the engine `process`, started while the job is still being prepared: it has loaded everything when
// it gets the order to begin, by a line of JSON on standard input, and is `train` as it is started in an image from then on. Until
// then standard error leads to `optml run`. Without a word to the end of the input it has started nothing. Its arguments are
// two named pipes that were made for it: one for the program that it runs, one for its own standard error.
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { trainCommand } from '../cli/train-command.ts';
import type { TrainOrder } from '../engines/train-start-message.ts';
import { takeStandardError } from '../log/write-stderr.ts';
import { type OutputPipe, openErrorFifo } from '../process/output-pipe.ts';
import { train } from '../train/train.ts';

const [STDIN, STDERR] = [0, 2];
const NEWLINE = 0x0a;

async function wait(errors: string, ownErrors: string): Promise<number> {
  const pipe = openPipe(errors);
  // For reading too: otherwise it waits for the reader. Now, because mounts may hide the name later.
  const stderr = openSync(ownErrors, constants.O_RDWR);
  const order = readOrder();
  if (order === undefined) return 0;
  const { args, cwd, variables } = order;
  setEnvironment(variables);
  process.chdir(cwd);
  // Each gets the lowest number that is free: its own.
  closeSync(STDIN);
  openSync('/dev/null', 'r');
  writeSync(STDERR, 'ready\n');
  closeSync(STDERR);
  openSync(`/proc/self/fd/${stderr}`, 'a');
  closeSync(stderr);
  if (args.length > 0) return trainCommand(args, process.env);
  return train({ variables: process.env, stderr: takeStandardError(), outputPipe: pipe });
}

function setEnvironment(variables: TrainOrder['variables']): void {
  for (const name of Object.keys(process.env)) {
    if (!Object.hasOwn(variables, name)) delete process.env[name];
  }
  Object.assign(process.env, variables);
}

function openPipe(file: string): Promise<OutputPipe> | undefined {
  try {
    const pipe = openErrorFifo(file);
    unlinkSync(file);
    return Promise.resolve(pipe);
  } catch {
    // `train` makes one itself.
    return undefined;
  }
}

function readOrder(): TrainOrder | undefined {
  const buffer = Buffer.alloc(64 * 1024);
  const chunks: Buffer[] = [];
  do {
    const count = readSync(STDIN, buffer);
    if (count === 0) return undefined;
    chunks.push(Buffer.from(buffer.subarray(0, count)));
  } while (chunks.at(-1)?.at(-1) !== NEWLINE);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as TrainOrder;
}

const [, , errors = '', ownErrors = ''] = process.argv;
void wait(errors, ownErrors).then((code) => process.exit(code));
