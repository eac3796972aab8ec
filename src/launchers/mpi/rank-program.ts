import { connect } from 'node:net';
import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { makeLineSink } from '../../log/line-sink.ts';
import { makeLog } from '../../log/log.ts';
import { takeStandardError } from '../../log/write-stderr.ts';
import { bareEnd, type ProcessEnd } from '../../process/process-end.ts';
import { StopControl } from '../../process/stop-control.ts';
import { supervise } from '../../process/supervise.ts';
import { type LineConnection, lineConnection } from '../cluster/line-connection.ts';
import { RankStop } from '../ranks/rank-stop.ts';
import { runByLine } from '../run-by-line.ts';
import type { FromRank, RankEnvironment, ToRank } from './mpi-messages.ts';
import { DESK_VARIABLE } from './rank-report-server.ts';

// As in rank launch: after a failure elsewhere there is nothing to wait for.
const ABORT_GRACE_SECONDS = 2;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs one rank of an MPI job (`optml mpi-rank INTERPRETER... -- PROGRAM ARGS...`, started by `mpirun` or its daemon) with
 * the environment of its own host. Signals come from the host's `train`; those of `mpirun`, which leaves a rank one second,
 * end it only where the job is not being stopped. Returns the rank's exit code, when `train` allows it.
 */
export async function runRank(command: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const separator = command.indexOf('--');
  const [file, ...args] = [...command.slice(0, separator), ...command.slice(separator + 1)];
  const path = variables[DESK_VARIABLE];
  if (file === undefined || separator < 0 || path === undefined) {
    throw new OptmlError('USAGE', 'optml mpi-rank is started by train, for a job with MPI', {
      exitCode: EXIT_CODES.usage,
    });
  }
  const job = new StopControl(() => undefined);
  const stop = new RankStop(job, ABORT_GRACE_SECONDS);
  let mayExit: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    mayExit = resolve;
  });
  let begin: (environment: RankEnvironment) => void = () => undefined;
  const given = new Promise<RankEnvironment>((resolve) => {
    begin = resolve;
  });
  let isEndedForOthers = false;
  const endForOthers = () => {
    if (job.signal === undefined) isEndedForOthers = true;
    stop.abort();
  };
  const onMessage = (message: ToRank) => {
    if (message.type === 'environment') begin(message);
    else if (message.type === 'abort') endForOthers();
    else if (message.type === 'exit') mayExit();
    else receive(message.signal, job, stop);
  };
  // Without its host's `train` no rank goes on.
  const onLost = () => {
    endForOthers();
    mayExit();
    setTimeout(() => process.exit(EXIT_CODES.failure), ABORT_GRACE_SECONDS * 1000 + 1000).unref();
  };
  const reports = await connectTo(path, onMessage, onLost);
  for (const signal of SIGNALS) process.on(signal, endForOthers);
  reports.send({ type: 'hello', rank: Number(variables['OMPI_COMM_WORLD_RANK']) } as FromRank);
  const environment = await given;
  const stderr = takeStandardError();
  const end =
    stop.signal === undefined
      ? await runByLine(
          { file, args, cwd: environment.cwd, variables: variablesOf(environment, variables) },
          {
            stop,
            graceSeconds: environment.graceSeconds,
            log: makeLog(0, makeLineSink(stderr.write)),
            writeError: stderr.writeBytes,
          },
          supervise,
        )
      : // There is nothing that could be saved, and nobody is to wait for it.
        bareEnd(signalExitCode(stop.signal), { signal: stop.signal });
  reports.send({ type: 'ended', end, isEndedForOthers } as FromRank);
  await released;
  await reports.close();
  return exitCodeOf(end);
}

function receive(signal: NodeJS.Signals, job: StopControl, stop: RankStop): void {
  job.receive(signal);
  stop.receive(signal);
}

/** The environment of the rank: what `mpirun` gave, and under its own names that of this host. */
function variablesOf({ variables, ownNames }: RankEnvironment, given: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...variables, ...given };
  for (const name of [...ownNames, DESK_VARIABLE]) {
    const own = variables[name];
    if (own === undefined) delete result[name];
    else result[name] = own;
  }
  return result;
}

function exitCodeOf({ exitCode, signal, isKilledAfterGrace }: ProcessEnd): number {
  if (isKilledAfterGrace) return signalExitCode('SIGKILL');
  return signal === null ? exitCode : signalExitCode(signal);
}

function connectTo(path: string, onMessage: (message: ToRank) => void, onLost: () => void): Promise<LineConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', (error) =>
      reject(
        new OptmlError('HOSTS_LOST', `train of this host is not to be reached: ${error.message}`, { where: path }),
      ),
    );
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      const events = { onMessage: (message: { readonly type: string }) => onMessage(message as ToRank), onLost };
      resolve(lineConnection(socket, events, { beats: false }));
    });
  });
}
