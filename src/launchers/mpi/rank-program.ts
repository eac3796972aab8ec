import { connect } from 'node:net';
import { withResolvers } from '../../concurrency/with-resolvers.ts';
import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { makeLineSink } from '../../log/line-sink.ts';
import { makeLog } from '../../log/log.ts';
import { takeStandardError } from '../../log/write-stderr.ts';
import { bareEnd, type ProcessEnd } from '../../process/process-end.ts';
import { STOP_SIGNALS } from '../../process/signals.ts';
import { StopControl } from '../../process/stop-control.ts';
import { type Command, supervise } from '../../process/supervise.ts';
import { type ConnectionEvents, type LineConnection, lineConnection } from '../cluster/line-connection.ts';
import { ABORT_GRACE_SECONDS, RankStop } from '../ranks/rank-stop.ts';
import { type ByLineContext, runByLine } from '../run-by-line.ts';
import { takeStandardOutput } from '../write-stdout.ts';
import { type FromRank, type RankEnvironment, readToRank } from './mpi-messages.ts';
import { REPORT_VARIABLE } from './rank-report-server.ts';

/**
 * Runs one rank of an MPI job (`optml mpi-rank INTERPRETER... -- PROGRAM ARGS...`, started by `mpirun` or its daemon) with
 * the environment of its own host. Signals come from the host's `train`; those of `mpirun`, which leaves a rank one second,
 * end it only where the job is not being stopped. Returns the rank's exit code, when `train` allows it.
 */
export async function runRank(command: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const separator = command.indexOf('--');
  const [file, ...args] = [...command.slice(0, separator), ...command.slice(separator + 1)];
  const path = variables[REPORT_VARIABLE];
  if (file === undefined || separator < 0 || path === undefined) {
    throw new OptmlError('USAGE', 'optml mpi-rank is started by train, for a job with MPI', {
      exitCode: EXIT_CODES.usage,
    });
  }
  const control = new RankControl();
  const reports = await connectTo(path, control);
  for (const signal of STOP_SIGNALS) process.on(signal, control.endForOthers);
  reports.send({ type: 'hello', rank: Number(variables['OMPI_COMM_WORLD_RANK']) } satisfies FromRank);
  const run = async () => {
    const end = await runProgram({ file, args, variables }, control);
    reports.send({ type: 'ended', end, isEndedForOthers: control.isEndedForOthers } satisfies FromRank);
    await control.released.promise;
    await reports.close();
    return exitCodeOf(end);
  };
  return Promise.race([run(), control.abandoned.promise]);
}

/** What the host's `train` and `mpirun` ask of this rank. */
class RankControl implements ConnectionEvents {
  readonly #job = new StopControl(() => undefined);
  readonly stop = new RankStop(this.#job);
  /** Resolves when `train` has sent the environment. */
  readonly environment = withResolvers<RankEnvironment>();
  /** Resolves when this process may end. */
  readonly released = withResolvers<void>();
  /** Resolves with an exit code when the program has not ended in time after the loss of `train`. */
  readonly abandoned = withResolvers<number>();
  /** Whether the rank is ended because of another's failure. */
  isEndedForOthers = false;

  readonly endForOthers = (): void => {
    if (this.#job.signal === undefined) this.isEndedForOthers = true;
    this.stop.abort();
  };

  readonly onMessage = (value: unknown): string | undefined => {
    const message = readToRank(value);
    if (message === undefined) return 'it sent a message that this version of optml does not have';
    if (message.type === 'environment') this.environment.resolve(message);
    else if (message.type === 'abort') this.endForOthers();
    else if (message.type === 'exit') this.released.resolve();
    else {
      this.#job.receive(message.signal);
      this.stop.receive(message.signal);
    }
    return undefined;
  };

  // Without its host's `train` no rank goes on.
  readonly onLost = (): void => {
    this.endForOthers();
    this.released.resolve();
    setTimeout(() => this.abandoned.resolve(EXIT_CODES.failure), ABORT_GRACE_SECONDS * 1000 + 1000);
  };
}

async function runProgram(
  { file, args, variables }: Pick<Command, 'file' | 'args' | 'variables'>,
  { stop, environment }: RankControl,
): Promise<ProcessEnd> {
  const own = await environment.promise;
  // There is nothing that could be saved, and nothing waits for it.
  if (stop.signal !== undefined) return bareEnd(signalExitCode(stop.signal), { signal: stop.signal });
  const stderr = takeStandardError();
  const context: ByLineContext = {
    stop,
    graceSeconds: own.graceSeconds,
    log: makeLog(0, makeLineSink(stderr.write)),
    writeError: stderr.writeBytes,
    writeOutput: takeStandardOutput(),
  };
  return runByLine({ file, args, cwd: own.cwd, variables: variablesOf(own, variables) }, context, supervise);
}

/** The environment of the rank: what `mpirun` gave, and under its own names that of this host. */
function variablesOf({ variables, ownNames }: RankEnvironment, given: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...variables, ...given };
  for (const name of [...ownNames, REPORT_VARIABLE]) {
    const own = variables[name];
    if (own === undefined) delete result[name];
    else result[name] = own;
  }
  return result;
}

function exitCodeOf({ exitCode, isKilledAfterGrace }: ProcessEnd): number {
  return isKilledAfterGrace ? signalExitCode('SIGKILL') : exitCode;
}

// The whole environment of a program is in one line.
const LONGEST_LINE = 16 << 20;

function connectTo(path: string, events: ConnectionEvents): Promise<LineConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', (error) =>
      reject(new OptmlError('HOSTS_LOST', `cannot connect to train of this host: ${error.message}`, { where: path })),
    );
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(lineConnection(socket, events, { beats: false, longestLine: LONGEST_LINE }));
    });
  });
}
