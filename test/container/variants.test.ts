// What the variants add: Python, MPI, and Node on a base that brings none.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { programJob, pythonJob, waitFor } from '../support/processes.ts';
import {
  engine,
  engineOk,
  makeNetwork,
  makeSharedJob,
  runIn,
  shellIn,
  startJob,
  uniqueName,
} from './support/engine.ts';
import { CUDA_STAND_IN, IMAGES } from './support/images.ts';

describe('the python image', { concurrency: 2 }, () => {
  test('has Python and pip under all their names, and what the CPU image has', async (t) => {
    const script =
      'for name in python python3 pip pip3 bash train node igzip; do command -v $name; done; pip --version';
    const { code, stdout, stderr } = await shellIn(t, IMAGES.python, script);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim().split('\n').length, 9);
    assert.match(stdout, /^pip .* \(python 3\.11\)$/m);
  });

  test('runs a Python script that uses a Node program, and a TypeScript one that uses Python', async (t) => {
    const python = pythonJob(
      `import subprocess\nprint('python', subprocess.check_output(['node', '-p', 'process.env.SM_HP_LR'], text=True).strip())\n`,
      { hyperparameters: { lr: '0.10' } },
    );
    const typescript = programJob(
      'train.ts',
      `import { execFileSync } from 'node:child_process';
const text: string = execFileSync('python3', ['-c', 'import os; print(os.environ["SM_HP_LR"])'], { encoding: 'utf8' });
console.log('typescript', text.trim());
`,
      { hyperparameters: { lr: '0.10' } },
    );
    for (const [spec, expected] of [
      [python, 'python 0.1\n'],
      [typescript, 'typescript 0.1\n'],
    ] as const) {
      const base = makeSharedJob(t, spec);
      const result = await startJob(t, { image: IMAGES.python, base }).ended;
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, expected);
    }
  });
});

async function startSshd(t: TestContext, network: string, name: string): Promise<string> {
  const container = uniqueName(name);
  const where = ['--network', network, '--network-alias', name, '--hostname', name];
  t.after(() => engine(t, 'rm', '-f', container));
  await engineOk(t, 'run', '-d', '--name', container, ...where, IMAGES.mpi, '/usr/sbin/sshd', '-D', '-e');
  const isListening = async () => (await engine(t, 'logs', container)).stderr.includes('Server listening');
  await waitFor('the SSH server', isListening);
  return container;
}

describe('the mpi image', () => {
  test('runs ranks of one program on two hosts, over its own SSH server', async (t) => {
    const network = await makeNetwork(t);
    const [first] = [await startSshd(t, network, 'algo-1'), await startSshd(t, network, 'algo-2')];
    const interfaces = ['--mca', 'btl_tcp_if_include', 'eth0', '--mca', 'oob_tcp_if_include', 'eth0'];
    const hosts = ['-np', '4', '--host', 'algo-1:2,algo-2:2', ...interfaces];
    const say = 'require("os").hostname() + " " + process.env.OMPI_COMM_WORLD_RANK';
    const output = await engineOk(t, 'exec', first, 'mpirun', ...hosts, 'node', '-p', say);
    assert.deepEqual(output.split('\n').sort(), ['algo-1 0', 'algo-1 1', 'algo-2 2', 'algo-2 3']);
  });

  test("lets root in by the image's key alone", async (t) => {
    const { code, stdout } = await runIn(t, IMAGES.mpi, ['/usr/sbin/sshd', '-T']);
    assert.equal(code, 0);
    for (const line of [
      'permitrootlogin without-password',
      'passwordauthentication no',
      'kbdinteractiveauthentication no',
      'pubkeyauthentication yes',
      'hostkey /etc/ssh/ssh_host_ed25519_key',
    ]) {
      assert.ok(stdout.split('\n').includes(line), `${line} in\n${stdout}`);
    }
    const keys = await shellIn(
      t,
      IMAGES.mpi,
      'cd /root/.ssh; stat -c "%a %U %n" . *; cmp id_ed25519.pub authorized_keys',
    );
    assert.equal(keys.code, 0, keys.stderr);
    assert.equal(keys.stdout, '700 root .\n600 root authorized_keys\n600 root id_ed25519\n644 root id_ed25519.pub\n');
  });

  test('trains on one host like any other', async (t) => {
    const base = makeSharedJob(t, programJob('train.mts', 'console.log("trained" satisfies string);\n'));
    const result = await startJob(t, { image: IMAGES.mpi, base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'trained\n');
  });
});

describe('the gpu image, its steps built on a base without CUDA and without Node', { concurrency: 2 }, () => {
  test('has the Node, npm and optml of the CPU image', async (t) => {
    const script =
      'node --version; npm --version; optml --version; readlink -f "$(command -v train)"; command -v igzip';
    const [gpu, cpu] = await Promise.all([shellIn(t, IMAGES.gpu, script), shellIn(t, IMAGES.cpu, script)]);
    assert.equal(gpu.code, 0, gpu.stderr);
    assert.equal(gpu.stdout, cpu.stdout);
  });

  test('trains with TypeScript, and asks the container runtime for the GPUs', async (t) => {
    const script =
      "import { trainingEnvironment } from 'optml';\nconsole.log(trainingEnvironment().numGpus as number);\n";
    const base = makeSharedJob(t, programJob('train.mts', script));
    const result = await startJob(t, { image: IMAGES.gpu, base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, '0\n');
    const variables = await engineOk(t, 'image', 'inspect', '-f', '{{json .Config.Env}}', IMAGES.gpu);
    assert.match(variables, /"NVIDIA_VISIBLE_DEVICES=all"/);
    assert.match(variables, /"NVIDIA_DRIVER_CAPABILITIES=compute,utility"/);
  });

  test("adds no driver to its base: that is the host's (C6)", async (t) => {
    const drivers = async (image: string) =>
      (await shellIn(t, image, 'find / -xdev -name "libcuda.so*" -o -xdev -name nvidia-smi')).stdout;
    assert.equal(await drivers(IMAGES.gpu), await drivers(CUDA_STAND_IN));
  });
});
