import { existsSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MPI_KEYS } from '../../../contract/mpi-keys.ts';
import type { ComingHost, ContainerJob, EngineContext, Watchdog } from '../../engine.ts';
import { isolationRefused } from '../../isolation-refused.ts';
import { ownEnvironmentFile } from '../environment-file.ts';
import { GPU_VARIABLE, gpusOfHost } from '../gpus.ts';
import { hostNameIn, hostVariables, plainVariables } from '../host-variables.ts';
import type { JobSurroundings } from '../job-surroundings.ts';
import { lackOf } from '../mounts/lacks.ts';
import { type HostNetworks, hostNetworks } from '../network/host-networks.ts';
import { isReadAtStart, runsCodeAtStart, type TrainAhead } from '../train-ahead.ts';
import { waitingCommand } from './host-command.ts';
import { type HostShell, startHostShell } from './host-shell.ts';
import { type OutputFifos, outputFifos, type Surroundings } from './shell-script.ts';
import { canHaveOptMl, type UnstartedShell, type WaitingShell, waitingShell } from './waiting-shell.ts';

const PLAIN: Surroundings = { namespaces: undefined, network: [] };

/** What the shells are started with in addition to the job. */
export interface HostShellsOptions extends Pick<EngineContext, 'warn' | 'watchdog'> {
  /** The user's own environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Divided between the hosts. */
  readonly gpus: readonly string[] | undefined;
  /** A `train` that waits already, for the first host that can have it. */
  readonly ahead: TrainAhead | undefined;
  /** Options of the user that only namespaces can keep. */
  readonly namespaceOptions: readonly string[];
}

/**
 * The shells of a job's hosts. They can be started ahead, which takes as long as a job's other preparations, and the first
 * of them shows what the machine allows.
 */
export class HostShells {
  readonly #job: ContainerJob;
  readonly #variables: Readonly<NodeJS.ProcessEnv>;
  readonly #warn: (message: string) => void;
  readonly #watchdog: Watchdog;
  readonly #surroundings: JobSurroundings;
  readonly #waiting = new Map<string, Promise<WaitingShell | UnstartedShell>>();
  readonly #gpus: readonly string[] | undefined;
  readonly #networks: HostNetworks;
  readonly #canHaveOptMl: Promise<boolean>[] = [];
  readonly #namespaceOptions: readonly string[];
  #ahead: TrainAhead | undefined;
  /** Why there are no namespaces, once that is known. */
  #whyPlain: string | undefined;
  #isNetworkWarned = false;

  constructor(
    job: ContainerJob,
    surroundings: JobSurroundings,
    { variables, ahead, gpus, namespaceOptions, warn, watchdog }: HostShellsOptions,
  ) {
    this.#job = job;
    this.#variables = variables;
    this.#warn = warn;
    this.#watchdog = watchdog;
    this.#ahead = ahead;
    this.#gpus = gpus;
    this.#namespaceOptions = namespaceOptions;
    this.#surroundings = surroundings;
    this.#networks = hostNetworks(job, surroundings, { warn, watchdog });
  }

  /** Starts the shell of a host that will be taken. */
  expect(host: ComingHost): void {
    const waiting = this.#start(host);
    this.#canHaveOptMl.push(waiting.then(canHaveOptMl, () => false));
    this.#waiting.set(host.name, waiting);
  }

  /** Why the hosts have nothing of their own, as far as that is known. */
  get whyPlain(): string | undefined {
    const { namespaces } = this.#surroundings;
    return typeof namespaces === 'string' ? namespaces : this.#whyPlain;
  }

  /** Whether all hosts that were expected can have `/opt/ml`. */
  async haveOptMl(): Promise<boolean> {
    const all = await Promise.all(this.#canHaveOptMl);
    return all.length > 0 && all.every(Boolean);
  }

  /** The shell of a host, up, or why it could not be started. */
  take(host: ComingHost): Promise<WaitingShell | UnstartedShell> {
    const waiting = this.#waiting.get(host.name) ?? this.#start(host);
    this.#waiting.delete(host.name);
    return waiting;
  }

  /** Ends the shells that were not taken, and gives the job's addresses and network back. */
  async close(): Promise<void> {
    for (const waiting of this.#waiting.values()) {
      const started = await waiting.catch(() => undefined);
      if (started !== undefined && 'shell' in started) started.shell.discard();
    }
    this.#ahead?.close();
    await this.#networks.close();
    this.#surroundings.release();
  }

  // No waiting before the process is started: it takes longest. @throws OptmlError START_FAILED for an isolated job whose
  // hosts would have this machine's network.
  async #start(given: ComingHost): Promise<WaitingShell | UnstartedShell> {
    const { lossCause } = this.#surroundings.network ?? {};
    if (lossCause !== undefined) return { startError: lossCause };
    const host = { ...given, environment: { ...this.#gpuVariables(given), ...given.environment } };
    const { namespaces, network } = this.#surroundings;
    if (this.#job.isIsolated && network === undefined) {
      throw isolationRefused(this.#surroundings.networkLack ?? 'no network was made');
    }
    if (typeof namespaces === 'string') {
      this.#becomePlain(namespaces);
    } else if (this.#whyPlain === undefined) {
      const reaching = { ...host, environment: await this.#networks.reachable(host.environment) };
      const variables = hostVariables(reaching, this.#job, this.#variables);
      const around = { namespaces, network: network?.enteringCommand ?? [] };
      const waiting =
        (await this.#takeAhead(reaching, variables)) ?? (await this.#startIn(around, reaching, variables));
      if ('shell' in waiting) {
        this.#warnOfNetwork(waiting.shell.output());
        return (await this.#connect(host, waiting)) ?? waiting;
      }
      if (this.#job.isIsolated) throw isolationRefused(waiting.startError);
      this.#becomePlain(waiting.startError);
    }
    return this.#startIn(PLAIN, host, plainVariables(host, this.#variables));
  }

  #gpuVariables({ name }: ComingHost): Readonly<Record<string, string>> {
    if (this.#gpus === undefined) return {};
    const { hosts } = this.#job;
    return { [GPU_VARIABLE]: gpusOfHost(this.#gpus, hosts.indexOf(name), hosts.length).join() };
  }

  // Returns why the host cannot have its network.
  async #connect({ name }: ComingHost, { shell, fifos }: WaitingShell): Promise<UnstartedShell | undefined> {
    const problem = await this.#networks.connect(name, { pid: shell.pid() ?? 0, dir: dirname(fifos.stdout) });
    if (problem === undefined) return undefined;
    shell.discard();
    return { startError: `the network of ${name} cannot be made: ${problem}` };
  }

  /** The `train` that waits already, where it does for a host with these variables. */
  async #takeAhead(host: ComingHost, variables: Readonly<Record<string, string>>): Promise<WaitingShell | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return undefined;
    const { shell, namespaces, dir, fifo } = ahead;
    const { network, namespaces: own } = this.#surroundings;
    const isSameUser = typeof own !== 'string' && own.isUserRoot === namespaces.isUserRoot;
    const isPlainTrain = this.#job.entrypoint === undefined && network === undefined && isSameUser;
    if (isPlainTrain && !Object.keys(variables).some(isReadAtStart)) {
      this.#watch(shell);
      const fifos = outputFifos(fifo);
      if ((await shell.isUp) && areThere(fifos)) {
        this.#surroundings.replacements(dir);
        return waitingShell({ shell, namespaces, fifos, hasTrain: true, variables }, host);
      }
    }
    ahead.close();
    return undefined;
  }

  async #startIn(
    around: Surroundings,
    host: ComingHost,
    variables: Readonly<Record<string, string>>,
  ): Promise<WaitingShell | UnstartedShell> {
    const { namespaces } = around;
    // A new folder: an earlier attempt of the job may have put links into every folder that it knew.
    const dir = mkdtempSync(join(this.#job.workDir, 'host-'));
    const fifo = join(dir, 'output');
    // Without nsenter nothing could be mounted for a program that runs already.
    const canTrainWait =
      this.#job.entrypoint === undefined &&
      !Object.keys(variables).some(runsCodeAtStart) &&
      (namespaces === undefined || namespaces.nsenter !== undefined);
    const ahead = canTrainWait ? waitingCommand() : undefined;
    const shell = startHostShell({
      around,
      cwd: this.#job.workDir,
      variables,
      onStarted: (pid) => this.#watchdog.watchGroup(pid),
      prepare: () => {
        const replacements =
          namespaces === undefined
            ? []
            : [...this.#surroundings.replacements(dir), ...ownEnvironmentFile(`${fifo}-environment`, namespaces)];
        const hasSshServer = namespaces?.isRootless === false && host.environment[MPI_KEYS.dirVariable] !== undefined;
        return { replacements, hasSshServer, hostName: hostNameIn(this.#job, host.name), fifo, ahead };
      },
    });
    if (await shell.isUp) {
      const fifos = outputFifos(fifo);
      const hasTrain = canTrainWait && areThere(fifos);
      return waitingShell({ shell, namespaces, fifos, hasTrain, variables }, host);
    }
    const { exitCode, startError } = await shell.exited;
    // Some tools print their whole usage after the cause.
    const [cause = ''] = shell.output().trim().split('\n');
    return { startError: startError ?? (cause || `the set-up ended with exit code ${exitCode}`) };
  }

  #watch({ child }: HostShell): void {
    if (child.pid !== undefined) this.#watchdog.watchGroup(child.pid);
  }

  #warnOfNetwork(output: string): void {
    const { networkLack } = this.#surroundings;
    const interfaceLack = lackOf('interfaces', output);
    if (this.#isNetworkWarned || (networkLack ?? interfaceLack) === undefined) return;
    this.#isNetworkWarned = true;
    if (networkLack === undefined) {
      this.#warn(`The hosts see this machine's interfaces in /sys/class/net (${interfaceLack})`);
      return;
    }
    this.#warn(`The hosts share this machine's network (${networkLack}): two hosts cannot listen on the same port`);
  }

  // One warning for all that is missing.
  #becomePlain(why: string): void {
    if (this.#whyPlain !== undefined) return;
    this.#whyPlain = why;
    const { hosts } = this.#job;
    const missing = [
      'the hosts have no /opt/ml, and nothing keeps a program from changing the channels',
      'a process that leaves its session and its environment can outlive the job',
      ...(hosts.length > 1 ? [`the names ${hosts.join(', ')} do not resolve`] : []),
      ...this.#namespaceOptions.map((option) => `${option} has no effect`),
    ];
    this.#warn(`This machine allows no namespaces (${why}): ${missing.join('; ')}`);
  }
}

function areThere({ stdout, stderr }: OutputFifos): boolean {
  return existsSync(stdout) && existsSync(stderr);
}
