import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ContainerSpec,
  networkCreateArguments,
  removeArguments,
  runArguments,
} from '../../../../src/engines/container/container-arguments.ts';
import { chownArguments } from '../../../../src/engines/container/container-owners.ts';
import { gpuArguments } from '../../../../src/engines/container/gpu-arguments.ts';
import { mountArguments } from '../../../../src/engines/container/mount-arguments.ts';

const SPEC: ContainerSpec = {
  name: 'optml-job-1',
  image: 'app',
  job: { entrypoint: undefined, arguments: undefined, hosts: ['algo-1', 'algo-2'] },
  host: 'algo-2',
  network: 'net',
  addresses: new Map(),
  labels: ['optml.job=job'],
  mounts: [{ source: '/data', target: '/opt/ml/input/data/training', isReadOnly: true }],
  environment: ['--env', 'A'],
  names: [],
};

const START = ['run', '--name', 'optml-job-1', '--pull=never', '--label', 'optml.job=job'];
const MOUNT = ['--mount', 'type=bind,source=/data,target=/opt/ml/input/data/training,readonly'];

suite('a container, by its arguments', () => {
  test('podman, rootless too, gets addresses of our own instead of a name server', () => {
    const addresses = new Map([
      ['algo-1', '10.89.0.10'],
      ['algo-2', '10.89.0.11'],
    ]);
    const docker = runArguments('docker', SPEC);
    const podman = runArguments('podman', { ...SPEC, addresses });
    const only = (a: readonly string[], b: readonly string[]) => a.filter((word) => !b.includes(word));
    assert.deepEqual(only(docker, podman), ['--network-alias', 'algo-2']);
    assert.deepEqual(only(podman, docker), [
      ...['--http-proxy=false', '--ip', '10.89.0.11'],
      ...['--add-host', 'algo-1:10.89.0.10', '--add-host', 'algo-2:10.89.0.11'],
    ]);
  });

  // No lane runs containers of these.
  for (const engine of ['nerdctl', 'finch'] as const) {
    test(`${engine}: no options that it does not have, names by host names`, () => {
      assert.deepEqual(runArguments(engine, SPEC), [
        ...START,
        ...['--network', 'net', '--hostname', 'algo-2'],
        ...MOUNT,
        ...['--env', 'A', 'app', 'train'],
      ]);
    });
  }

  test('a program may gain privileges, as images do that call sudo', () => {
    for (const engine of ['docker', 'podman', 'nerdctl', 'finch'] as const) {
      assert.equal(runArguments(engine, SPEC).includes('no-new-privileges'), false);
    }
  });

  test('what a user asks for', () => {
    const args = runArguments('docker', {
      ...SPEC,
      gpus: 'all',
      shmSize: '2g',
      memory: '4g',
      names: ['h:host-gateway'],
    });
    assert.match(args.join(' '), / --add-host h:host-gateway --shm-size 2g --memory 4g --gpus all /);
  });

  test('the conditions of a trial', () => {
    const limits = {
      user: '1234:1234',
      isReadOnlyRoot: true,
      memoryBytes: 33554432,
      hasTerminal: true,
      disks: [{ target: '/opt/ml/model', options: 'size=4096,nr_inodes=1' }],
      names: ['algo-2:127.0.0.1'],
    };
    const text = runArguments('docker', { ...SPEC, limits }).join(' ');
    assert.match(text, / --add-host algo-2:127\.0\.0\.1 /);
    assert.match(
      text,
      / --user 1234:1234 --read-only --tmpfs \/tmp --memory 33554432 --tty --tmpfs \/opt\/ml\/model:size=4096,nr_inodes=1 /,
    );
  });

  test('an entrypoint is its first word, the rest are arguments', () => {
    const job = { ...SPEC.job, entrypoint: ['/bin/bash', '-c'], arguments: ['a b'] };
    assert.deepEqual(runArguments('podman', { ...SPEC, job }).slice(-5), [
      '--entrypoint',
      '/bin/bash',
      'app',
      '-c',
      'a b',
    ]);
  });
});

test('a network, by its arguments', () => {
  const spec = { isIsolated: false, labels: ['a=b'] };
  assert.deepEqual(networkCreateArguments('docker', 'net', spec), ['network', 'create', '--label', 'a=b', 'net']);
  assert.deepEqual(networkCreateArguments('podman', 'net', { ...spec, isIsolated: true }), [
    ...['network', 'create', '--disable-dns', '--internal', '--label', 'a=b', 'net'],
  ]);
  assert.deepEqual(networkCreateArguments('nerdctl', 'net', spec), ['network', 'create', '--label', 'a=b', 'net']);
});

test('removal, by its arguments: immediately, with anonymous volumes', () => {
  assert.deepEqual(removeArguments('docker', ['a', 'b']), ['rm', '--force', '--volumes', 'a', 'b']);
  assert.deepEqual(removeArguments('podman', ['a']), ['rm', '--force', '--volumes', '--time', '0', 'a']);
  assert.deepEqual(removeArguments('finch', ['a']), ['rm', '--force', '--volumes', 'a']);
});

test('GPUs, by their arguments', () => {
  assert.deepEqual(gpuArguments('docker', undefined), []);
  assert.deepEqual(gpuArguments('nerdctl', '2'), ['--gpus', '2']);
  assert.deepEqual(gpuArguments('docker', 'device=0,1'), ['--gpus', '"device=0,1"']);
  assert.deepEqual(gpuArguments('podman', 'all'), ['--device', 'nvidia.com/gpu=all']);
  assert.deepEqual(gpuArguments('podman', '2'), ['--device', 'nvidia.com/gpu=0', '--device', 'nvidia.com/gpu=1']);
  assert.deepEqual(gpuArguments('podman', 'device=3'), ['--device', 'nvidia.com/gpu=3']);
});

suite('mounts of awkward paths, by their arguments', () => {
  const mount = (source: string) => [{ source, target: '/t', isReadOnly: true }];

  test('engines that read CSV get quotes', () => {
    assert.deepEqual(mountArguments(mount('/a,"b'), true), ['--mount', 'type=bind,"source=/a,""b",target=/t,readonly']);
  });

  test('podman gets a volume, and refuses what neither form can say', () => {
    assert.deepEqual(mountArguments(mount('/a,"b'), false), ['--volume', '/a,"b:/t:ro']);
    assert.deepEqual(mountArguments(mount('/a:b'), false), ['--mount', 'type=bind,source=/a:b,target=/t,readonly']);
    assert.throws(() => mountArguments(mount('/a:b,c'), false), { code: 'SETTING_INVALID', where: '/a:b,c' });
  });
});

test('files are given to the caller by a container of the image, by its arguments (rootless nerdctl)', () => {
  const helper = { image: 'app', labels: [] };
  assert.deepEqual(chownArguments('nerdctl', ['/job/ml'], { user: { uid: 0, gid: 0 }, helper }), [
    ...['run', '--rm', '--pull=never', '--network', 'none', '--user', '0:0'],
    ...['--mount', 'type=bind,source=/job/ml,target=/optml-folders/0', '--entrypoint', 'chown'],
    ...['app', '-R', '-h', '0:0', '/optml-folders/0'],
  ]);
});
