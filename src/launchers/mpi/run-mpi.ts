import type { StopControl } from '../../process/stop-control.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import { type Cluster, openCluster } from '../cluster/cluster.ts';
import { clusterOptions } from '../cluster/cluster-options.ts';
import { endOfJob } from '../cluster/end-of-job.ts';
import type { RoundFailure } from '../cluster/failure.ts';
import { SharedStop } from '../cluster/shared-stop.ts';
import type { LaunchContext, LaunchDescription, LaunchEnd } from '../launcher.ts';
import { processesPerHost } from '../launcher-parameters.ts';
import { hasPythonModule } from '../python-module.ts';
import { requireProgram } from '../start-as-planned.ts';
import { mpiCoordinator } from './mpi-coordinator.ts';
import type { ToMpiCoordinator, ToMpiHost } from './mpi-messages.ts';
import { isPython } from './rank-command.ts';
import { openRankReportServer, type RankReportServer } from './rank-report-server.ts';
import { runMpirun } from './run-mpirun.ts';
import { requireSshd, startSshd } from './start-sshd.ts';
import { tryHosts } from './try-ssh.ts';

/** Makes the command of the first host. */
export type MasterCommand = (description: LaunchDescription, hasMpi4py: boolean) => readonly [string, ...string[]];

// From SIGTERM to SIGKILL for what is left once the outcome is known.
const END_MS = 2000;
// After a failure mpirun ends its ranks itself, in this time.
const ABORT_MS = 3000;

/**
 * Runs an MPI job on this host, to the end of all (contract C62). The first host's `mpirun` starts the ranks by SSH; beside
 * it the hosts tell one another what became of them, so that each knows the truth within seconds. A stop is passed on by
 * each host's `train` to its own ranks, and not by `mpirun`, which would leave them a second.
 *
 * @throws OptmlError LAUNCHER_MISSING, HOSTS_LOST, START_FAILED or STOPPED.
 */
export async function runMpi(
  description: LaunchDescription,
  masterCommand: MasterCommand,
  context: LaunchContext,
): Promise<LaunchEnd> {
  requirePrograms(description);
  const member = new MpiHost(description, masterCommand, context);
  return member.run();
}

function requirePrograms({ environment, variables }: LaunchDescription): void {
  const fix =
    'Use the image optml:mpi, or install Open MPI in yours: RUN apt-get update && apt-get install -y --no-install-recommends openmpi-bin openssh-client openssh-server.';
  const isSeveral = environment.distribution.hosts.length > 1;
  if (isMaster({ environment })) {
    requireProgram('mpirun', variables, fix);
    if (isSeveral) requireProgram('ssh', variables, fix);
  } else {
    requireSshd();
  }
}

function isMaster({ environment }: Pick<LaunchDescription, 'environment'>): boolean {
  return environment.resources.currentHost === environment.distribution.masterHost;
}

/** This host's part of an MPI job. */
class MpiHost {
  readonly #description: LaunchDescription;
  readonly #masterCommand: MasterCommand;
  readonly #context: LaunchContext;
  /** Where each rank runs; known on the first host. */
  readonly #rankHosts = new Map<number, string>();
  readonly #shared: SharedStop;
  readonly #early: ToMpiHost[] = [];
  #cluster: Cluster | undefined;
  #reports: RankReportServer | undefined;
  #isStarted = false;
  #settle: (failure: RoundFailure | null) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #settled = new Promise<RoundFailure | null>((resolve, reject) => {
    this.#settle = resolve;
    this.#fail = reject;
  });

  constructor(description: LaunchDescription, masterCommand: MasterCommand, context: LaunchContext) {
    this.#description = description;
    this.#masterCommand = masterCommand;
    this.#context = context;
    this.#shared = new SharedStop(context.stop);
    // Whoever waits gets it.
    this.#settled.catch(() => undefined);
  }

  async run(): Promise<LaunchEnd> {
    const { environment } = this.#description;
    const host = environment.resources.currentHost;
    const reports = await openRankReportServer(this.#description, {
      onRank: (rank) => this.#send({ type: 'rank', rank }),
      onFailed: (rank, end) => this.#send({ type: 'failed', failure: { who: `rank ${rank} on ${host}`, end } }),
      onIdle: () => this.#send({ type: 'idle' }),
    });
    this.#reports = reports;
    try {
      if (!isMaster(this.#description)) await startSshd(this.#description.variables, reports.variables);
      const cluster = await this.#join();
      try {
        return await this.#untilEnd(cluster, reports);
      } finally {
        await cluster.close();
      }
    } finally {
      await reports.endAll(END_MS);
      reports.close();
    }
  }

  #join(): Promise<Cluster> {
    const { environment } = this.#description;
    const { hosts } = environment.distribution;
    const coordinator = mpiCoordinator({ hosts, onRank: (rank, host) => this.#rankHosts.set(rank, host) });
    const events = {
      onMessage: (message: { readonly type: string }) => this.#onMessage(message as ToMpiHost),
      onLost: (error: Error) => this.#fail(error),
    };
    return openCluster(clusterOptions(environment, null, this.#context), coordinator, events);
  }

  async #untilEnd(cluster: Cluster, reports: RankReportServer): Promise<LaunchEnd> {
    const { stop } = this.#context;
    this.#cluster = cluster;
    const release = stop.passTo((signal) => this.#passOn(signal, stop, reports));
    const disarm = stop.onStop(() => this.#onStop(stop, reports));
    for (const message of this.#early.splice(0)) this.#onMessage(message);
    try {
      const failure = await this.#settled.catch(async (error: unknown) => {
        await this.#endRanks(stop, reports);
        throw error;
      });
      await this.#endRanks(stop, reports);
      return endOfJob(failure);
    } finally {
      disarm();
      release();
    }
  }

  // A stop comes here first, and then to its listeners: ranks are held back before they can have ended.
  #passOn(signal: NodeJS.Signals, stop: StopControl, reports: RankReportServer): void {
    if (this.#shared.isEcho(signal)) return;
    if (stop.signal !== undefined) reports.hold();
    reports.signal(signal);
  }

  #onStop(stop: StopControl, reports: RankReportServer): void {
    const signal = stop.signal as NodeJS.Signals;
    reports.hold();
    this.#send({ type: 'stop', signal });
    if (!this.#isStarted) this.#fail(stoppedBeforeStart({ signal }));
    const graceSeconds = this.#description.environment.settings.stopGraceSeconds;
    // Each rank is killed at the end of its time by the program around it, unless that is gone.
    setTimeout(() => void reports.killAll(), stop.remainingMs(graceSeconds) + END_MS).unref();
  }

  /** Ranks that are saving keep their time, whatever became of the others. */
  async #endRanks(stop: StopControl, reports: RankReportServer): Promise<void> {
    if (stop.signal !== undefined) await reports.idle();
    reports.release();
    const { stopGraceSeconds } = this.#description.environment.settings;
    // A rank whose program around it is gone may still be among what is left.
    await reports.endAll(stop.signal === undefined ? END_MS : Math.max(END_MS, stop.remainingMs(stopGraceSeconds)));
  }

  #onMessage(message: ToMpiHost): void {
    if (this.#cluster === undefined) this.#early.push(message);
    else if (message.type === 'start') void this.#start();
    else if (message.type === 'release') this.#reports?.release();
    else if (message.type === 'abort') this.#abort();
    else if (message.type === 'finish') this.#settle(message.failure);
    else this.#shared.receive(message.signal);
  }

  #abort(): void {
    this.#reports?.abort();
    setTimeout(() => void this.#reports?.killAll(), ABORT_MS).unref();
  }

  async #start(): Promise<void> {
    this.#isStarted = true;
    if (!isMaster(this.#description)) {
      this.#context.onStart?.();
      return;
    }
    try {
      await this.#startMpirun();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  async #startMpirun(): Promise<void> {
    const { distribution } = this.#description.environment;
    await tryHosts(distribution.hosts.slice(1), this.#description);
    const [file, ...args] = this.#masterCommand(this.#description, await this.#findMpi4py());
    const { cwd, variables } = this.#description;
    const all = { LD_LIBRARY_PATH: '', ...variables, ...this.#reports?.variables };
    const end = await runMpirun({ file, args, cwd, variables: all }, this.#context, (rank) => this.#hostOf(rank));
    this.#send({ type: 'over', end });
  }

  async #findMpi4py(): Promise<boolean> {
    if (!isPython(this.#description)) return false;
    if (await hasPythonModule('mpi4py', this.#description)) return true;
    this.#context.log.warn(
      'mpi4py is not installed: the script runs without it, and a rank that fails with an exception may leave others waiting',
    );
    return false;
  }

  /** Where a rank runs; before it has said so, where `mpirun` puts it (contract C67). */
  #hostOf(rank: number): string | undefined {
    const { hosts } = this.#description.environment.distribution;
    return this.#rankHosts.get(rank) ?? hosts[Math.floor(rank / processesPerHost(this.#description.environment))];
  }

  #send(message: ToMpiCoordinator): void {
    this.#cluster?.send(message);
  }
}
