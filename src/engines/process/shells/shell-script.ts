import { quoteCommand, quoteWord } from '../../../process/quote-command.ts';
import type { HostDisk, Mount } from '../../engine.ts';
import type { Replacement } from '../hosts-files.ts';
import { withoutLacks } from '../mounts/lacks.ts';
import { mountAll } from '../mounts/mount-table.ts';
import { optMlLines } from '../mounts/opt-ml.ts';
import { interfaceLines } from '../mounts/own-interfaces.ts';
import { SHARED_MEMORY } from '../mounts/shared-memory.ts';
import { sshRunFolderLines } from '../mounts/ssh-run-folder.ts';
import { droppingCommand, enteringCommand, leavingCommand, type Namespaces } from '../namespaces.ts';

// A host is set up by a shell that reads what to do from its standard input, in two parts: what can be done immediately, and,
// once that is known, what to mount and to run. When this process dies in between, the input ends, and nothing has been
// started. Whatever else the shell writes to standard error is why it failed.

/** Whether the shell has said that the first part is done: the machine allows what the host needs. */
export function isUp(output: string): boolean {
  return /^up$/m.test(output);
}

/** Whether it has said that all is done and the program takes its place. */
export function isReady(output: string): boolean {
  return READY.test(output);
}

/** What it said before that, and, once it is so, what was said afterwards. */
export function partsOf(output: string): readonly [problem: string, afterwards: string | undefined] {
  const [before = '', afterwards] = withoutLacks(output).split(READY);
  return [before.replace(/^up\n/m, ''), afterwards];
}

const READY = /^ready\n/m;

/** What a host's process has around it. */
export interface Surroundings {
  /** Undefined where there are none: then nothing is mounted. */
  readonly namespaces: Namespaces | undefined;
  /** Words that enter the network of the job. */
  readonly network: readonly string[];
}

/** A program with its arguments. */
export type Command = readonly [file: string, ...args: string[]];

/** The words by which the shell of a host is started. */
export function shellCommandIn({ namespaces, network }: Surroundings): Command {
  const shell = ['/bin/sh', '-s'] as const;
  if (namespaces === undefined) return shell;
  return [...network, ...enteringCommand(namespaces, network.length > 0), ...shell] as unknown as Command;
}

/** The named pipes for a host's output, each of which the host's shell makes. */
export interface OutputFifos {
  readonly stdout: string;
  readonly stderr: string;
}

/** The pipes whose names begin with `path`. */
export function outputFifos(path: string): OutputFifos {
  return { stdout: path, stderr: `${path}-stderr` };
}

/** What the first part needs. */
export interface Preparation {
  readonly namespaces: Namespaces | undefined;
  readonly hasNetwork: boolean;
  /** Whether root's SSH server runs on the host. */
  readonly hasSshServer?: boolean;
  readonly replacements: readonly Replacement[];
  /** The host's own name, as programs read it from the system. */
  readonly hostName: string;
  /** Where the pipes for the host's output are made, see {@link outputFifos}. */
  readonly fifo: string;
  /** A program that replaces the shell immediately if these pipes exist. */
  readonly ahead: Command | undefined;
}

/** The first part: tries what only some machines allow, and makes the pipes. */
export function firstPart(preparation: Preparation): string {
  const { namespaces, replacements, hostName, fifo, ahead } = preparation;
  const tries =
    namespaces === undefined
      ? []
      : [
          ...droppingLines(namespaces),
          ...hostNameLines(namespaces, hostName),
          ...replacements.map(({ source, target }) => mountLine(namespaces, 'rbind', source, target)),
          ...(namespaces.isRootless
            ? [`${quoteCommand([...leavingCommand(namespaces), 'true'])} </dev/null || exit`]
            : []),
          ...(preparation.hasSshServer === true ? sshRunFolderLines(namespaces.mount, `${fifo}-run`) : []),
          ...(preparation.hasNetwork ? interfaceLines(namespaces.mount, `${fifo}-sys`) : []),
          ...optMlLines(namespaces.mount, `${fifo}-opt`),
        ];
  // Beside the rest. Without the pipes the host has a socket for both streams, which is enough for most programs.
  const { stdout, stderr } = outputFifos(fifo);
  const pipes = ahead === undefined ? [stdout, stderr] : [stdout, stderr, errorFifoOf(fifo)];
  const makePipes = `mkfifo -m 600 ${quoteCommand(pipes)} </dev/null 2>/dev/null &`;
  const goOn = ahead === undefined ? [] : goAhead(ahead, fifo, namespaces);
  return inOneGo([makePipes, ...tries, 'wait', ...goOn, 'echo up >&2']);
}

// Without it the host has the machine's name, which most programs do not mind.
function hostNameLines({ hostname }: Namespaces, name: string): readonly string[] {
  return hostname === undefined ? [] : [`${quoteCommand([hostname, name])} </dev/null 2>/dev/null`];
}

/** The pipe that `train` needs for what it runs, made with those for the host's output. */
function errorFifoOf(fifo: string): string {
  return `${fifo}-errors`;
}

function goAhead(program: Command, fifo: string, namespaces: Namespaces | undefined): readonly string[] {
  const { stdout, stderr } = outputFifos(fifo);
  const name = quoteWord(stdout);
  return [
    `if [ -p ${name} ] && [ -p ${quoteWord(stderr)} ]; then`,
    // Opening for writing alone would wait for the reader.
    `exec 3<>${name} >${name} 3<&-`,
    'echo up >&2',
    // Its standard error leads to `optml run` until it begins.
    `exec ${leaving(namespaces)} ${quoteCommand([...program, errorFifoOf(fifo), stderr])}`,
    'fi',
  ];
}

/** What is mounted for a host: folders and files, and over them small file systems in memory, but for shared memory. */
export interface HostMounts {
  readonly mounts: readonly Mount[];
  readonly disks: readonly HostDisk[];
  /** A file that lists the mounts, see `mountTable`. */
  readonly mountTableFile: string;
}

/** What the second part needs. */
export interface Run extends HostMounts {
  readonly command: Command;
  readonly cwd: string;
  /** Variables that have changed since the shell was started. */
  readonly exported: Readonly<Record<string, string>>;
  /** Undefined if they could not be made: both streams then go to the shell's standard output. */
  readonly fifos: OutputFifos | undefined;
}

/** The second part: mounts, and runs the program in the shell's place. */
export function secondPart(
  { command, cwd, exported, fifos, ...mounts }: Run,
  namespaces: Namespaces | undefined,
): string {
  const [program] = command;
  const name = quoteWord(program);
  const isThere = program.includes('/') ? `[ -f ${name} ] && [ -x ${name} ]` : `command -v ${name} >/dev/null`;
  return inOneGo([
    'exec </dev/null',
    // Before mounts that may cover them.
    ...(fifos === undefined ? [] : [`exec 3>${quoteWord(fifos.stdout)} 4>${quoteWord(fifos.stderr)} || exit`]),
    ...(namespaces === undefined ? [] : mountLines(mounts, namespaces)),
    `cd ${quoteWord(cwd)} || exit`,
    `{ ${isThere}; } || { echo ${quoteWord(`${program} is not on this machine, or not executable`)} >&2; exit 127; }`,
    'unset OLDPWD',
    ...Object.entries(exported).map(([name, value]) => `export ${name}=${quoteWord(value)}`),
    'echo ready >&2',
    `exec ${leaving(namespaces)} ${quoteCommand(command)} ${fifos === undefined ? '2>&1' : '>&3 2>&4 3>&- 4>&-'}`,
  ]);
}

/** Commands for a shell that mount all these, or end it. */
export function mountLines({ mounts, disks, mountTableFile }: HostMounts, namespaces: Namespaces): readonly string[] {
  const lineOf = ({ target, options }: HostDisk) =>
    endingLine([namespaces.mount, '-n', '-t', 'tmpfs', '-o', options, 'tmpfs', target]);
  // Over it, since the folder of checkpoints may be mounted there.
  const isUnder = ({ target }: HostDisk) => target === SHARED_MEMORY;
  return [
    ...disks.filter(isUnder).map(lineOf),
    ...(mounts.length === 0 ? [] : [endingLine(mountAll(namespaces.mount, mountTableFile))]),
    ...disks.filter((disk) => !isUnder(disk)).map(lineOf),
  ];
}

// The shell's own arguments are the words that drop capabilities. Some versions of the tool lack the options, and some
// containers refuse it: the program keeps them then.
function droppingLines(namespaces: Namespaces): readonly string[] {
  const words = droppingCommand(namespaces);
  return words.length === 0 ? [] : [`set -- ${quoteCommand(words)}`, '"$@" true </dev/null 2>/dev/null || set --'];
}

// Text before a program.
function leaving(namespaces: Namespaces | undefined): string {
  return `"$@" ${quoteCommand(namespaces === undefined ? [] : leavingCommand(namespaces))}`;
}

function mountLine({ mount }: Namespaces, options: string, source: string, target: string): string {
  return endingLine([mount, '-n', '-o', options, source, target]);
}

function endingLine(command: readonly string[]): string {
  return `${quoteCommand(command)} </dev/null || exit`;
}

// The shell takes it up when it has all of it: half a text, as a kill may leave it, does nothing.
function inOneGo(lines: readonly string[]): string {
  return `{\n${lines.join('\n')}\n}\n`;
}
