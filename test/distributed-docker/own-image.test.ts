// An image that a team made itself, from optml's plain one and Debian's packages; Python with Debian's mpi4py.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { engineOk, removeImages, uniqueName } from '../container/support/engine.ts';
import { IMAGES } from '../container/support/images.ts';
import { temporaryFolder } from '../support/job.ts';
import { startMpi } from './support/mpi-hosts.ts';

const OWN = uniqueName('own-mpi');
const PLAIN_PYTHON = uniqueName('own-mpi-python');
const PYTHON = uniqueName('own-mpi-mpi4py');
const INSTALL = 'RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends';
const KEYS =
  'RUN mkdir -p -m 700 /root/.ssh && ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519 && cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys';

async function build(t: TestContext, name: string, lines: readonly string[]): Promise<void> {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'Dockerfile'), `${lines.join('\n')}\n`);
  await engineOk(t, 'build', '-q', '-t', name, dir);
}

before(async (t) => {
  await build(t as TestContext, OWN, [`FROM ${IMAGES.cpu}`, `${INSTALL} openmpi-bin openssh-server`, KEYS]);
  await build(t as TestContext, PLAIN_PYTHON, [`FROM ${OWN}`, `${INSTALL} python3`]);
  await build(t as TestContext, PYTHON, [`FROM ${PLAIN_PYTHON}`, `${INSTALL} python3-mpi4py`]);
});
after(() => removeImages(PYTHON, PLAIN_PYTHON, OWN));

test('it runs MPI as well as optml’s own', async (t) => {
  const code = '#!/bin/sh\necho "rank $OMPI_COMM_WORLD_RANK on $SM_CURRENT_HOST"\n';
  const { hosts } = await startMpi(t, { program: 'go.sh', code, image: OWN });
  const [master, worker] = await Promise.all(hosts.map(({ ended }) => ended));
  assert.deepEqual([master?.code, worker?.code], [0, 0], master?.stderr);
  const lines = (master?.stdout ?? '')
    .split('\n')
    .filter((line) => line.includes('>:rank '))
    .sort();
  assert.equal(lines.length, 4, master?.stdout);
  assert.equal(lines[3], '[1,mpirank:3,algo-2]<stdout>:rank 3 on algo-2');
});

const SUM = `import json, os
from mpi4py import MPI
world = MPI.COMM_WORLD
total = world.allreduce(world.Get_rank())
print("total", total, "of", world.Get_size(), "on", json.loads(os.environ["SM_TRAINING_ENV"])["current_host"])
`;

test('a Python script with mpi4py adds up over all ranks', async (t) => {
  const { hosts } = await startMpi(t, { program: 'train.py', code: SUM, image: PYTHON });
  const [master, worker] = await Promise.all(hosts.map(({ ended }) => ended));
  assert.deepEqual([master?.code, worker?.code], [0, 0], `${master?.stderr}${master?.stdout}`);
  const lines = (master?.stdout ?? '')
    .split('\n')
    .filter((line) => line.includes('total'))
    .sort();
  assert.deepEqual(
    lines,
    [0, 1, 2, 3].map((rank) => {
      const host = `algo-${rank < 2 ? 1 : 2}`;
      return `[1,mpirank:${rank},${host}]<stdout>:total 6 of 4 on ${host}`;
    }),
  );
});

test('an exception in one rank ends those that wait for it, with the exception as the reason', async (t) => {
  const code = `from mpi4py import MPI
world = MPI.COMM_WORLD
if world.Get_rank() == 3: raise ValueError("bad shard")
world.barrier()
`;
  const { hosts } = await startMpi(t, { program: 'train.py', code, image: PYTHON });
  const ends = await Promise.all(hosts.map(({ ended }) => ended));
  for (const { code: exitCode, failure, stderr } of ends) {
    assert.equal(exitCode, 1, stderr);
    assert.match(failure ?? '', /ErrorMessage "rank 3 on algo-2 failed\n(?:.*\n)*?.*ValueError: bad shard/);
  }
});

test('Python without mpi4py runs plainly, with a warning', async (t) => {
  const { hosts } = await startMpi(t, {
    program: 'train.py',
    code: 'import os\nprint("rank", os.environ["OMPI_COMM_WORLD_RANK"])\n',
    image: PLAIN_PYTHON,
    hosts: 1,
    hyperparameters: { sagemaker_mpi_custom_mpi_options: '--NCCL_DEBUG=WARN -x OWN_OPTION=1' },
  });
  const end = await hosts[0]?.ended;
  assert.equal(end?.code, 0, end?.stderr);
  assert.match(end?.stderr ?? '', /WARN {2}mpi4py is not installed: the script runs without it/);
  assert.match(end?.stdout ?? '', /<stdout>:rank 1$/m);
});
