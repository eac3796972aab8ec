import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { clientVariables, misleadingVariables } from '../../endpoint/client/client-variables.ts';
import { findRunningEndpoint } from '../../endpoint/client/running-endpoint.ts';
import { writeSdkConfig } from '../../endpoint/client/sdk-config.ts';
import { ownKeys } from '../../endpoint/credentials/credentials-file.ts';
import { endpointDirOf } from '../../endpoint/endpoint-dir.ts';
import { OptmlError } from '../../errors/error.ts';
import { maskNamed } from '../../log/masking/masking.ts';
import { printForPrograms, printResult } from '../../log/print.ts';
import { quoteWord } from '../../process/quote-command.ts';
import { numberOf, WHOLE_NUMBER } from '../options/option-values.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';

const HELP = `optml endpoint env - shows the variables by which AWS clients use the running endpoint

Usage: optml endpoint env [--shell | --json] [--port N]

  --shell   lines for a POSIX shell: eval "$(optml endpoint env --shell)", secrets included
  --json    one JSON object, name to value, secrets included
  --port N  of several running endpoints, the one with this port (default: the one that was started last)
  --help    this text

Without an option: readable lines, secrets masked.
`;

/** The options of `optml endpoint env`. */
export const ENDPOINT_ENV_RULES: CommandRules = {
  command: 'optml endpoint env',
  help: HELP,
  flags: ['json', 'shell'],
  values: ['port'],
  exclusive: ['json', 'shell'],
};

/**
 * The command `optml endpoint env`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option; ENDPOINT_FAILED if no endpoint runs.
 */
export async function endpointEnvCommand(
  args: readonly string[],
  caller: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  const given = readOptions(args, ENDPOINT_ENV_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const dir = endpointDirOf(caller);
  const port = numberOf(given, 'port', WHOLE_NUMBER);
  const running = findRunningEndpoint(dir, port);
  if (running === undefined) {
    const which = port === undefined ? '' : ` at port ${port}`;
    throw new OptmlError('ENDPOINT_FAILED', `no endpoint is running${which}`, {
      where: dir,
      fix: 'Start one with "optml endpoint". It must have the same OPTML_HOME.',
    });
  }
  const { url, region } = running;
  const variables = clientVariables({ url, region, keys: ownKeys(dir), sdkConfigFile: writeSdkConfig(dir) }, caller);
  if (given.flags.has('json')) printForPrograms(`${JSON.stringify(variables, null, 2)}\n`);
  else if (given.flags.has('shell')) printForPrograms(shellLines(variables, misleadingVariables(caller)));
  else printResult(readableLines(variables));
  return EXIT_CODES.success;
}

function shellLines(variables: Readonly<Record<string, string>>, unset: readonly string[]): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoteWord(value)}\n`);
  return [...(unset.length === 0 ? [] : [`unset ${unset.join(' ')}\n`]), ...lines].join('');
}

function readableLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${maskNamed(name, value)}\n`)
    .join('');
}
