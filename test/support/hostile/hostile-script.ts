import type { Canaries } from './canaries.ts';
import type { Random } from './random.ts';

/** A shell script that leaves a hostile tree, and what it promises. */
export interface HostileScript {
  /** For a POSIX shell; `$ml` is the folder that SageMaker calls `/opt/ml`. */
  readonly text: string;
  readonly exitCode: number;
}

/** The folders that a platform looks at afterwards, or while the job runs, and some of a job's own. */
const FOLDERS = [
  'model',
  'model/sub',
  'output',
  'output/data',
  'output/data/sub',
  'output/intermediate',
  'checkpoints',
  'checkpoints/sub',
  'input',
  'input/config',
  'input/data',
  'code',
];
const COLLECTED = ['model', 'model/sub', 'output/data', 'output/data/sub', 'checkpoints', 'checkpoints/sub'];

/** Files that a platform reads or writes by name. */
const FILES = [
  'output/failure',
  'output/success',
  'output/failure.optml-partial-1',
  'input/config/hyperparameters.json',
  'input/config/resourceconfig.json',
  'model/model.tar.gz',
  'model.tar.gz',
  'output.tar.gz',
  'checkpoints/a.sagemaker-uploaded',
  'checkpoints/.tmp.sagemaker_s3_sync',
];

const NAMES = [
  'plain',
  'weights.bin',
  '-rf',
  '" $(id)"',
  `line\\nbreak`,
  '\\033[2J\\033]0;title\\007',
  '\\377\\376',
  'a.sagemaker-uploaded',
  'x.optml-partial-99-abc',
  'n'.repeat(254),
  'ü€😀',
];

/** Writes a script of random hostile actions, which itself writes through no link: all that it changes is the job's own. */
export function hostileScript(random: Random, canaries: Pick<Canaries, 'folder' | 'file' | 'fifo'>): HostileScript {
  const targets = [
    canaries.folder,
    `${canaries.folder}/sub`,
    canaries.file,
    `${canaries.folder}/not-there`,
    canaries.fifo,
    '/etc',
    '/dev/zero',
    '..',
    '.',
    '../output',
    '../../..',
    'not-there',
  ];
  const count = 2 + random.integer(10);
  const exitCode = random.chance(0.75) ? 0 : 1;
  const actions = Array.from({ length: count }, (_, index) => random.pick(ACTIONS)(random, targets, index));
  const lines = [
    'exec 2>/dev/null',
    'umask 0',
    'root=$(cd -P "$ml" && pwd -P)',
    // Goes to a folder of the job, wherever the links of the job lead: what is done there then needs no path.
    'at() { cd -P "$root/$1" && case $(pwd -P)/ in "$root"/*) ;; *) exit 1 ;; esac; }',
    'for d in model output checkpoints; do ( at . && mkdir -p $d ); done',
    '( at output && mkdir -p data )',
    'for d in model output/data checkpoints; do ( at $d && mkdir -p sub && echo good >good && at $d/sub && echo good >good ); done',
    ...actions,
    `exit ${exitCode}`,
  ];
  return { text: `${lines.join('\n')}\n`, exitCode };
}

type Action = (random: Random, targets: readonly string[], index: number) => string;

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function split(path: string): readonly [parent: string, name: string] {
  const end = path.lastIndexOf('/');
  return end < 0 ? ['.', path] : [path.slice(0, end), path.slice(end + 1)];
}

/** Removes what is at `path`, and runs a command in its folder; `$n` is its name. */
function instead(path: string, command: string): string {
  const [parent, name] = split(path);
  return `( at ${parent} && n=${name} && rm -rf "$n"; ${command} )`;
}

/** Runs a command in a folder that is collected. */
function within(random: Random, command: string): string {
  return `( at ${random.pick(COLLECTED)} && ${command} )`;
}

/** A name for the shell. Line ends at its end are lost, which is as good. */
function anyName(random: Random): string {
  return `"./$(printf ${quoted(random.pick(NAMES).replaceAll('%', '%%'))})"`;
}

const ACTIONS: readonly Action[] = [
  (random, targets) => instead(random.pick(FOLDERS), `ln -s ${quoted(random.pick(targets))} "$n"`),
  (random, targets) => instead(random.pick(FILES), `ln -s ${quoted(random.pick(targets))} "$n"`),
  (random) => {
    const kind = random.pick(['mkfifo "$n"', 'mkdir "$n"', 'echo >"$n"', 'truncate -s 40M "$n"', 'mknod "$n" c 1 5']);
    return instead(random.pick([...FOLDERS, ...FILES]), kind);
  },
  (random) => instead(random.pick(FOLDERS), 'true'),
  (random, targets, index) => within(random, `ln -s ${quoted(random.pick(targets))} link${index}`),
  (random, _targets, index) => within(random, `mkfifo pipe${index}`),
  (random) => within(random, `mknod device ${random.pick(['c 1 5', 'c 1 8', 'b 7 0'])}`),
  (random) => within(random, `set -C && echo odd >${anyName(random)}`),
  (random) => within(random, `mkdir ${anyName(random)}`),
  (random) =>
    within(random, `rm -rf shell; cp /bin/sh shell && chmod ${random.pick(['4755', '2755', '6777', '1777'])} shell`),
  (random) => within(random, `chmod ${random.pick(['0', '1777', '2777', '111', '444'])} .`),
  (random) => within(random, 'chmod 0 good'),
  (random, _targets, index) => within(random, `ln -P good again${index}`),
  (random, _targets, index) => within(random, `truncate -s ${random.pick(['1M', '60M'])} sparse${index}`),
  (random) => {
    const levels = random.pick([30, 300]);
    return within(random, `i=0; while [ $i -lt ${levels} ]; do mkdir d && cd d; i=$((i+1)); done; echo deep >file`);
  },
  (random) => within(random, 'i=0; while [ $i -lt 1000 ]; do set -C; echo >w$i; i=$((i+1)); done'),
  (random, targets, index) => swapping(random, random.pick(targets), { kind: 'file', index }),
  (random, targets, index) => swapping(random, random.pick(targets), { kind: 'folder', index }),
];

/** For a moment, an entry is a file or folder and a link in turn, while optml looks at it; sometimes it goes on at the end. */
function swapping(
  random: Random,
  target: string,
  { kind, index }: { readonly kind: 'file' | 'folder'; readonly index: number },
): string {
  const name = `s${index}`;
  const make = kind === 'file' ? `echo mine >t${index}` : `mkdir t${index} && echo mine >t${index}/private`;
  const swap = `${make}; mv -T t${index} ${name}; ln -s ${quoted(target)} u${index}; rm -rf ${name}; mv -T u${index} ${name}; sleep 0.01; rm -rf ${name}`;
  const goesOn = random.chance(0.3);
  const loop = within(random, `i=0; while [ $i -lt ${goesOn ? 1000 : 60} ]; do ${swap}; i=$((i+1)); done`);
  return goesOn ? `${loop} &\nsleep 0.2` : loop;
}
