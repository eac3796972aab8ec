import { type ChildProcess, spawn } from 'node:child_process';
import { childExitCode, EXIT_CODES } from '../../contract/exit-codes.ts';
import { misleadingVariables } from '../../endpoint/client/client-variables.ts';
import type { LocalEndpoint } from '../../endpoint/local-endpoint.ts';
import { systemErrorCode } from '../../errors/error.ts';
import { printMessage } from '../../log/print.ts';
import { STOP_SIGNALS } from '../../process/signals.ts';
import { onEndSignal } from '../end-signals.ts';
import { usageError } from '../options/usage-error.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;

/**
 * Runs a command whose AWS clients use a new endpoint. Returns its exit code, after the endpoint was closed.
 *
 * @throws OptmlError USAGE without a command; what `start` throws.
 */
export async function runWithEndpoint(
  [program, ...args]: readonly string[],
  variables: Variables,
  start: () => Promise<LocalEndpoint>,
): Promise<number> {
  if (program === undefined) {
    throw usageError('optml endpoint', 'the command after -- is missing', 'Add it: optml endpoint -- python train.py');
  }
  const endpoint = await start();
  try {
    return await run(program, args, environmentOf(variables, endpoint));
  } finally {
    await close(endpoint);
  }
}

/** Stops the jobs that the command has left. A signal ends the wait for them. */
async function close(endpoint: LocalEndpoint): Promise<void> {
  const noWait = new AbortController();
  const unregister = onEndSignal(() => noWait.abort());
  await endpoint.close(noWait.signal).finally(unregister);
}

function environmentOf(variables: Variables, { env }: LocalEndpoint): NodeJS.ProcessEnv {
  const misleading = new Set(misleadingVariables(variables));
  const own = Object.entries(variables).filter(([name]) => !misleading.has(name));
  return { ...Object.fromEntries(own), ...env };
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    // Before the command runs, which may end at any moment.
    const { unregister, to } = passSignals();
    const child = spawn(program, args, { stdio: 'inherit', env });
    to(child);
    child.once('error', (error) => {
      unregister();
      const isMissing = systemErrorCode(error) === 'ENOENT';
      const reason = isMissing ? 'there is no such program, in PATH or here' : error.message;
      printMessage(`optml endpoint: ${program} cannot be started: ${reason}`);
      resolve(isMissing ? EXIT_CODES.notFound : EXIT_CODES.cannotExecute);
    });
    child.once('exit', (code, signal) => {
      unregister();
      resolve(childExitCode(code, signal));
    });
  });
}

/** Passes signals on. A terminal sends those of its keys to the command itself. */
function passSignals(): { readonly to: (child: ChildProcess) => void; readonly unregister: () => void } {
  let child: ChildProcess | undefined;
  const pass = (signal: NodeJS.Signals) => {
    const isOfKeys = signal === 'SIGINT' || signal === 'SIGQUIT';
    if (!(isOfKeys && process.stdin.isTTY)) child?.kill(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, pass);
  return {
    to: (started) => {
      child = started;
    },
    unregister: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, pass);
    },
  };
}
