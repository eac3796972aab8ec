import { resolve } from 'node:path';
import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import type { LocalEndpoint, LocalEndpointOptions } from '../../endpoint/local-endpoint.ts';
import { lazyMask } from '../../log/lazy-masking.ts';
import { printMessage, printResult } from '../../log/print.ts';
import { onEndSignal } from '../end-signals.ts';
import { endpointEnvCommand } from './endpoint-env-command.ts';
import { DEFAULT_PORT, readEndpointOptions } from './endpoint-options.ts';
import { runWithEndpoint } from './run-with-endpoint.ts';

/**
 * The command `optml endpoint`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, a port in use, a folder that cannot be used.
 */
export async function endpointCommand(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  if (args[0] === 'env') return endpointEnvCommand(args.slice(1), variables);
  const end = args.indexOf('--');
  const given = readEndpointOptions(end < 0 ? args : args.slice(0, end), (path) => resolve(path));
  if (given === undefined) return EXIT_CODES.success;
  const { isVerbose, ...wanted } = given;
  const mask = lazyMask(({ collectSecrets }) => collectSecrets(variables, new Map()), false);
  const print = (text: string) => printMessage(mask(text));
  const log = { warn: (text: string) => print(`Warning: ${text}`), ...(isVerbose && { access: print }) };
  const options: LocalEndpointOptions = { ...wanted, variables, log };
  if (wanted.isAnyCredentials)
    printMessage('Warning: every program of this machine can use the endpoint (--any-credentials).');
  // Later than the checks of the options, which need none of it.
  const { startLocalEndpoint } = await import('#endpoint/local-endpoint');
  if (end >= 0) return runWithEndpoint(args.slice(end + 1), variables, () => startLocalEndpoint(options));
  const endpoint = await startLocalEndpoint({ ...options, port: options.port ?? DEFAULT_PORT });
  printResult(introduction(endpoint));
  return serveUntilSignal(endpoint);
}

function introduction({ url, consoleUrl }: LocalEndpoint): string {
  return `optml's local AWS endpoint: ${url}
Its jobs in a browser:            ${consoleUrl}

In the shell of your clients:     eval "$(optml endpoint env --shell)"
AWS CLI 2.9, as Debian has it:    aws --endpoint-url ${url} s3 ls
Stop it with Ctrl-C.
`;
}

/** Returns the exit code after the first signal and a clean stop. The second signal ends the wait for jobs and requests. */
function serveUntilSignal(endpoint: LocalEndpoint): Promise<number> {
  return new Promise((resolveCode, reject) => {
    const second = new AbortController();
    let isStopping = false;
    const unregister = onEndSignal((signal) => {
      if (isStopping) second.abort();
      if (isStopping) return resolveCode(signalExitCode(signal));
      isStopping = true;
      printMessage('Stopping. Press Ctrl-C again to end jobs and requests without waiting.');
      endpoint
        .close(second.signal)
        .then(() => resolveCode(EXIT_CODES.success), reject)
        .finally(unregister);
      return undefined;
    });
  });
}
