import { isLoopback } from '../../endpoint/http/own-names.ts';
import { readImageOption } from '../../endpoint/jobs/image-rules.ts';
import type { JobOptions, LocalEndpointOptions } from '../../endpoint/local-endpoint.ts';
import { ENGINE_NAMES } from '../../engines/engine-names.ts';
import { PULL_POLICIES } from '../../engines/engine-options.ts';
import { listed, numberOf, oneOf, pairsOf, WHOLE_NUMBER } from '../options/option-values.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { usageError } from '../options/usage-error.ts';

/** The port where local AWS tools look. */
export const DEFAULT_PORT = 4566;

const COMMAND = 'optml endpoint';

const HELP = `optml endpoint - a local AWS endpoint for unmodified AWS clients: no account, no network

Usage: optml endpoint [OPTIONS]                      serve until Ctrl-C
       optml endpoint [OPTIONS] -- COMMAND…          run a command whose AWS clients use a new endpoint
       optml endpoint env [--shell | --json]         show the variables for clients of a running one

  --port N               the port: ${DEFAULT_PORT} by default, 0 for a free one. With a COMMAND a free one
  --host ADDRESS         the address to listen on: 127.0.0.1 by default, which only programs of this machine reach
  --data DIR             the folder of the buckets: "buckets" in OPTML_HOME by default
  --bucket NAME=DIR      serve a folder of plain files as a bucket; can be repeated
  --durable              acknowledged writes also survive a power cut; it costs milliseconds each
  --engine NAME          what runs jobs: ${listed(ENGINE_NAMES)} (default: the first that answers)
  --image PATTERN=NAME   run images whose names match as the image NAME, or without a container as "process";
                         can be repeated, the first match wins: --image '*/xgboost:*=my-image'
  --pull POLICY          when images are pulled: ${listed(PULL_POLICIES)}
  --parallel N           how many jobs run at the same time; the others wait
  --any-credentials      accept any well-formed signature. By default clients need the credentials that
                         "optml endpoint env" shows, made at the first start
  --verbose              one line on standard error for each request
  --help                 this text
`;

/** What was asked for. */
export interface EndpointRequest extends Omit<LocalEndpointOptions, 'variables' | 'log'> {
  readonly isVerbose: boolean;
}

/** The options of `optml endpoint`. */
export const ENDPOINT_RULES: CommandRules = {
  command: COMMAND,
  help: HELP,
  flags: ['durable', 'any-credentials', 'verbose'],
  values: ['port', 'host', 'data', 'engine', 'pull', 'parallel'],
  lists: ['bucket', 'image'],
  choices: { engine: ENGINE_NAMES, pull: PULL_POLICIES },
};

/**
 * The options of `optml endpoint`; undefined if only its help was wanted. `toPath` makes paths absolute.
 *
 * @throws OptmlError USAGE.
 */
export function readEndpointOptions(
  args: readonly string[],
  toPath: (path: string) => string,
): EndpointRequest | undefined {
  const given = readOptions(args, ENDPOINT_RULES);
  if (given === undefined) return undefined;
  const { flags, values } = given;
  const port = numberOf(given, 'port', WHOLE_NUMBER);
  if (port !== undefined && port > 65_535) {
    throw usageError(COMMAND, `expected --port to be at most 65535, got ${port}`, 'Give another port.');
  }
  const host = values.get('host');
  const isAnyCredentials = flags.has('any-credentials');
  if (host !== undefined && isAnyCredentials && !isLoopback(host)) {
    const message = `with --host ${host}, everybody in your network could run programs here without credentials`;
    throw usageError(COMMAND, message, 'Leave out --host or --any-credentials.');
  }
  const data = values.get('data');
  if (data === '') throw usageError(COMMAND, '--data names no folder', 'Add the folder: --data DIR.');
  return {
    port,
    host,
    dataDir: data === undefined ? undefined : toPath(data),
    buckets: bucketsOf(given, toPath),
    jobs: jobOptions(given),
    isAnyCredentials,
    isDurable: flags.has('durable'),
    isVerbose: flags.has('verbose'),
  };
}

function bucketsOf(given: GivenOptions, toPath: (path: string) => string): Readonly<Record<string, string>> {
  const buckets = new Map<string, string>();
  for (const [name, dir] of pairsOf(given, 'bucket', 'NAME=DIR')) {
    if (dir === '')
      throw usageError(COMMAND, `--bucket ${name}= names no folder`, 'Add the folder: --bucket NAME=DIR.');
    // The second folder would silently replace the first.
    if (buckets.has(name)) {
      throw usageError(COMMAND, `--bucket ${name} is given twice`, 'Give each bucket one folder.');
    }
    buckets.set(name, toPath(dir));
  }
  return Object.fromEntries(buckets);
}

function jobOptions(given: GivenOptions): JobOptions {
  const parallel = numberOf(given, 'parallel', WHOLE_NUMBER);
  if (parallel === 0) throw usageError(COMMAND, 'expected --parallel to be at least 1, got 0', 'Give a larger number.');
  return {
    engine: oneOf(given, 'engine', ENGINE_NAMES),
    pull: oneOf(given, 'pull', PULL_POLICIES),
    parallel,
    images: (given.lists.get('image') ?? []).map(readImageOption),
  };
}
