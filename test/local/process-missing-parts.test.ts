// `optml run` on machines that lack what hosts are kept apart with. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  type LesserMachine,
  machineRefusing,
  machineWithout,
  machineWithoutUserNamespaces,
  macOs,
  withOtherUnshare,
  withoutSeccomp,
} from '../support/lesser-machines.ts';
import { withoutMpirun } from '../support/mpi-skip.ts';
import { byTrain, channel, hosts, makeWorkplace, OPTML } from '../support/run-job-command.ts';

const NO_OPT_ML =
  'the hosts have no /opt/ml, and nothing keeps a program from changing the channels; ' +
  'a process that leaves its session and its environment can outlive the job';
const NO_NAMES = '; the names algo-1, algo-2 do not resolve';
const SHARED = 'two hosts cannot listen on the same port';
const skipSeccomp = withoutSeccomp();

interface Lack {
  readonly title: string;
  readonly skip?: string | false;
  readonly machine: (t: TestContext) => LesserMachine;
  /** Why there are no namespaces. */
  readonly cause: string;
}

// Each takes the whole way of a job, from the command to its artifacts.
const LACKS: readonly Lack[] = [
  { title: 'without unshare', machine: () => machineWithout(['unshare']), cause: 'unshare is not installed' },
  { title: 'without mount', machine: () => machineWithout(['mount']), cause: 'mount is not installed' },
  {
    title: 'without any of the tools',
    machine: () => machineWithout(['unshare', 'nsenter', 'mount', 'hostname', 'ip', 'pasta', 'slirp4netns']),
    cause: 'unshare is not installed',
  },
  {
    title: 'that allows no user namespaces',
    machine: machineWithoutUserNamespaces,
    cause: 'unshare: unshare failed: No space left on device',
  },
  {
    title: 'like a container without privileges',
    skip: skipSeccomp,
    machine: () => machineRefusing('unshare,mount,umount2,setns', 'EPERM'),
    cause: 'unshare: unshare failed: Operation not permitted',
  },
  {
    title: 'on which a security module refuses mounts',
    skip: skipSeccomp,
    machine: () => machineRefusing('mount,umount2', 'EACCES'),
    cause: 'unshare: cannot change root filesystem propagation: Permission denied',
  },
  {
    title: 'with an unshare that lacks options, as that of BusyBox',
    machine: withOtherUnshare,
    cause: 'unshare: unrecognized option: kill-child',
  },
  { title: 'that calls itself macOS', machine: macOs, cause: 'only Linux has them, not darwin' },
];

const SCRIPT =
  'echo "$SM_CURRENT_HOST in $SAGEMAKER_BASE_DIR: $(cat $SM_CHANNEL_TRAINING/a.csv)"; echo m > $SM_MODEL_DIR/$SM_CURRENT_HOST';

function listing(): unknown {
  return [readdirSync('/opt').sort(), existsSync('/opt/ml') && readdirSync('/opt/ml').sort()];
}

/** Runs a job on such a machine. */
function runOn(t: TestContext, machine: LesserMachine, count: number, changes: Readonly<Record<string, unknown>> = {}) {
  const job = byTrain();
  const workplace = makeWorkplace(t, SCRIPT, {
    ...job,
    ...hosts(count),
    InputDataConfig: [channel('training', './data')],
    OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
    HyperParameters: { ...(job['HyperParameters'] as object), ...changes },
  });
  workplace.write('data/a.csv', '1,2\n');
  const { dir, home } = workplace;
  const [file = '', ...words] = [...machine.prefix, process.execPath, OPTML, 'run', 'job.json', '--engine', 'process'];
  const before = listing();
  const { status, stdout, stderr } = spawnSync(file, words, {
    ...{ cwd: dir, encoding: 'utf8', timeout: 60_000 },
    env: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home, ...machine.variables },
  });
  assert.deepEqual(listing(), before, 'nothing is made in the /opt of the machine');
  const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning: '));
  const places = [...stdout.matchAll(/(algo-\d) in (\S+): 1,2$/gm)].map(([, host, place]) => `${host} ${place}`);
  return { workplace, status, stdout, stderr, warnings, places: places.sort() };
}

for (const { title, machine, cause, skip = false } of LACKS) {
  for (const count of [1, 2]) {
    test(`${count} host(s) run on a machine ${title}, with one warning`, { skip }, (t) => {
      const { workplace, status, stdout, stderr, warnings, places } = runOn(t, machine(t), count);
      assert.equal(status, 0, stdout + stderr);
      assert.deepEqual(warnings, [
        `Warning: This machine allows no namespaces (${cause}): ${NO_OPT_ML}${count === 1 ? '' : NO_NAMES}`,
      ]);
      const names = Array.from({ length: count }, (_, index) => `algo-${index + 1}`);
      assert.deepEqual(
        places,
        names.map((host) => `${host} ${workplace.home}/jobs/job/hosts/${host}/ml`),
      );
      for (const host of names) assert.equal(workplace.read(`out/job/output/model/${host}`), 'm\n');
    });
  }

  for (const [count, where] of [
    [1, 'this host, whose name does not resolve'],
    [2, 'several hosts'],
  ] as const) {
    test(`MPI on ${count} host(s) is refused on a machine ${title}, before its program starts`, {
      skip: skip || withoutMpirun(),
    }, (t) => {
      const { status, stderr, places } = runOn(t, machine(t), count, { sagemaker_mpi_enabled: 'true' });
      assert.equal(status, 2, stderr);
      assert.ok(stderr.includes(`START_FAILED: MPI cannot run on ${where}: `), stderr);
      assert.deepEqual(places, []);
    });
  }
}

test('one host has all of its own without nsenter, ip and hostname', (t) => {
  const { status, stderr, warnings, places } = runOn(t, machineWithout(['nsenter', 'ip', 'hostname']), 1);
  assert.equal(status, 0, stderr);
  assert.deepEqual(warnings, []);
  assert.deepEqual(places, ['algo-1 /opt/ml']);
});

for (const tool of ['ip', 'nsenter']) {
  test(`two hosts have their own /opt/ml without ${tool}, and one warning names the network`, (t) => {
    const { status, stderr, warnings, places } = runOn(t, machineWithout([tool]), 2);
    assert.equal(status, 0, stderr);
    assert.deepEqual(warnings, [
      `Warning: The hosts share this machine's network (${tool} is not installed): ${SHARED}`,
    ]);
    assert.deepEqual(places, ['algo-1 /opt/ml', 'algo-2 /opt/ml']);
  });
}
