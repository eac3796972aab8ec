import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildTestImages, engineOk, IMAGES, openTestJob, shellTestJob } from './support/container-job.ts';

before(buildTestImages);

suite('how a container is called (contract C1, C3)', { concurrency: 2 }, () => {
  const cases = [
    { what: 'nothing given: the word train', image: IMAGES.plain, output: 'train got 0 words: \n' },
    {
      what: 'nothing given: train is the argument of ENTRYPOINT',
      image: IMAGES.entry,
      output: 'entry got 1 words: train\n',
    },
    {
      what: 'entrypoint only: no arguments at all, without CMD and train',
      image: IMAGES.entry,
      entrypoint: ['train'],
      output: 'train got 0 words: \n',
    },
    {
      what: 'entrypoint of several words',
      image: IMAGES.entry,
      entrypoint: ['train', 'a b', '$HOME'],
      output: 'train got 2 words: a b $HOME\n',
    },
    {
      what: 'arguments only: of the image’s ENTRYPOINT',
      image: IMAGES.entry,
      arguments: ['--x', '1'],
      output: 'entry got 2 words: --x 1\n',
    },
    {
      what: 'both: both',
      image: IMAGES.entry,
      entrypoint: ['train', 'first'],
      arguments: ['second', ''],
      output: 'train got 3 words: first second \n',
    },
  ];
  for (const { what, output, ...spec } of cases) {
    test(what, async (t) => {
      const job = await openTestJob(t, spec);
      assert.deepEqual(await job.run(), { exitCode: 0, isOutOfMemory: false, output });
    });
  }
});

test('the exit code is the program’s own', async (t) => {
  const job = await shellTestJob(t, 'exit 42');
  assert.deepEqual(await job.run(), { exitCode: 42, isOutOfMemory: false, output: '' });
});

test('there is no terminal and no input, the image’s ENV is kept, process 1 is the program (contract C4, C6)', async (t) => {
  const job = await shellTestJob(
    t,
    'test -t 0 || test -t 1 || echo no terminal; cat; echo $FROM_IMAGE; id -u; echo pid $$; grep NoNewPrivs /proc/self/status; hostname',
  );
  const { output } = await job.run();
  assert.equal(output, 'no terminal\nkept\n0\npid 1\nNoNewPrivs:\t0\nip-10-0-0-1.ec2.internal\n');
});

test('variables arrive whatever their text, those that steer an engine too, and none is an argument', async (t) => {
  const environment = {
    LINES: 'a\nb\n\nc',
    QUOTES: `'"\`$HOME\\ "`,
    EMPTY: '',
    SPACES: '  x  ',
    EQUALS: 'a=b=c',
    UNICODE: 'grün 🌱',
    PATH: '/usr/local/bin:/usr/bin:/bin:/mine',
    HOME: '/nowhere',
    DOCKER_HOST: 'tcp://127.0.0.1:1',
    CONTAINER_HOST: 'tcp://127.0.0.1:1',
    HTTPS_PROXY: 'http://user:secret@127.0.0.1:1',
  };
  const job = await shellTestJob(t, 'env -0; ls /proc/1/task >/dev/null; sleep 1');
  const started = await job.start({ environment });
  await started.seen('HTTPS_PROXY');
  const own = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readCommandLine(pid)];
      } catch {
        return [];
      }
    });
  assert.deepEqual(
    own.filter((line) => line.includes('user:secret')),
    [],
  );
  await started.run.ended;
  const seen = new Map(
    started
      .output()
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  for (const [name, value] of Object.entries(environment)) assert.equal(seen.get(name), value, name);
  await job.session.close();
  assert.deepEqual(readdirSync(join(job.home, 'work')), []);
});

test('SIGTERM reaches process 1, which may still save and exit (contract C57)', async (t) => {
  const job = await shellTestJob(t, 'trap "echo saved; exit 7" TERM; echo ready; while :; do sleep 0.1; done');
  const started = await job.start();
  await started.seen('ready');
  started.run.stop();
  assert.deepEqual(await started.run.ended, { exitCode: 7, isOutOfMemory: false });
  assert.equal(started.output(), 'ready\nsaved\n');
});

test('a stop before the container is up reaches it all the same', async (t) => {
  const job = await shellTestJob(t, 'trap "exit 7" TERM; while :; do sleep 0.1; done');
  const started = await job.start();
  started.run.stop();
  // Process 1 has no default actions: a signal that comes before the trap is lost, here as on the platform.
  const again = setInterval(() => started.run.stop(), 500);
  assert.equal((await started.run.ended).exitCode, 7);
  clearInterval(again);
});

test('kill ends a program that ignores SIGTERM: 137, and not out of memory', async (t) => {
  const job = await shellTestJob(t, 'trap "" TERM; echo ready; while :; do sleep 0.1; done');
  const started = await job.start();
  await started.seen('ready');
  started.run.kill();
  assert.deepEqual(await started.run.ended, { exitCode: 137, isOutOfMemory: false });
});

test('a container that was killed out of memory is reported as such', async (t) => {
  const job = await shellTestJob(t, 'head -c 300m /dev/zero | tail', { options: { memory: '32m' } });
  const end = await job.run();
  assert.equal(end.isOutOfMemory, true);
  // Podman's monitor leaves a file where it was started.
  assert.equal(existsSync('oom'), false);
  assert.equal(end.exitCode, 137);
});

test('shared memory has the size that was asked for', async (t) => {
  const job = await shellTestJob(t, 'df -k /dev/shm | tail -n 1 | tr -s " " | cut -d" " -f2', {
    options: { shmSize: '17m' },
  });
  assert.equal((await job.run()).output, '17408\n');
});

test('a missing program is reported in words, with 127, and not as the job’s output', async (t) => {
  const job = await openTestJob(t, { image: 'debian:bookworm-slim' });
  assert.deepEqual(await job.run(), {
    exitCode: 127,
    isOutOfMemory: false,
    output: '',
    startError:
      'the image debian:bookworm-slim has no program "train" on its PATH: a training image is started as `train` unless it has an ENTRYPOINT in exec form',
  });
});

test('a program that is not executable gets an error', async (t) => {
  const job = await openTestJob(t, { entrypoint: ['/etc/passwd'] });
  const { exitCode, startError } = await job.run();
  assert.equal(exitCode, 126);
  assert.match(startError ?? '', /"\/etc\/passwd".*is not executable/);
});

test('output that looks like the engine’s own words is the job’s all the same', async (t) => {
  const job = await shellTestJob(t, 'echo "Error: loss is NaN"; echo "docker: x" >&2; exit 5');
  const { exitCode, output } = await job.run();
  assert.equal(exitCode, 5);
  assert.deepEqual(output.split('\n').sort(), ['', 'Error: loss is NaN', 'docker: x']);
});

test('each stream of a container arrives by itself', async (t) => {
  const script =
    'for i in 1 2 3; do printf "1$i%%" >&2; printf loss=; sleep 0.1; echo 0.$i; printf "\\r" >&2; done; echo >&2';
  const job = await shellTestJob(t, script);
  const texts = { stdout: '', stderr: '' };
  const end = await job.run({
    onOutput: (chunk, stream) => {
      texts[stream] += chunk.toString();
    },
  });
  assert.equal(end.exitCode, 0);
  assert.deepEqual(texts, { stdout: 'loss=0.1\nloss=0.2\nloss=0.3\n', stderr: '11%\r12%\r13%\r\n' });
});

test('a slow reader gets every byte, and holds the container back', async (t) => {
  const job = await shellTestJob(t, 'yes 0123456789 | head -n 1000000; echo done > /opt/ml/output/data/done');
  let bytes = 0;
  let pauses = 0;
  const end = await job.run({
    onOutput: async (chunk) => {
      bytes += chunk.length;
      pauses += 1;
      if (pauses <= 3) await sleep(500);
    },
  });
  assert.equal(end.exitCode, 0);
  assert.equal(bytes, 11_000_000);
});

test('folders of the host are at /opt/ml, a channel is read-only, awkward paths too', async (t) => {
  const job = await shellTestJob(
    t,
    'cat /opt/ml/input/config/a.json "/opt/ml/input/data/training/x"; echo no > /opt/ml/input/data/training/y; ls /opt/ml; echo m > /opt/ml/model/m',
  );
  const channel = join(job.home, 'a,b "c" d');
  mkdirSync(channel);
  writeFileSync(join(channel, 'x'), 'channel\n');
  const mlDir = join(job.home, 'hosts', 'algo-1', 'ml');
  mkdirSync(join(mlDir, 'input', 'config'), { recursive: true });
  writeFileSync(join(mlDir, 'input', 'config', 'a.json'), '{}\n');
  const { output } = await job.run({
    mounts: [{ source: channel, target: '/opt/ml/input/data/training', isReadOnly: true }],
  });
  assert.match(output, /Read-only file system/);
  assert.deepEqual(
    output.split('\n').filter((line) => !line.includes('Read-only')),
    ['{}', 'channel', 'input', 'model', 'output', ''],
  );
  assert.deepEqual(readdirSync(join(mlDir, 'model')), ['m']);
  assert.deepEqual(readdirSync(channel), ['x']);
});

test('a host can be started again after its end, at its own name', async (t) => {
  const job = await shellTestJob(t, 'getent hosts algo-1 > /dev/null && echo again');
  assert.equal((await job.run()).output, 'again\n');
  assert.equal((await job.run()).output, 'again\n');
});

test('close removes containers, running ones too, and the network', async (t) => {
  const job = await shellTestJob(t, 'echo ready; sleep 1000');
  const started = await job.start();
  await started.seen('ready');
  const before = leftIn(job.watchdog.commands);
  assert.notDeepEqual(before, []);
  await job.session.close();
  assert.equal((await started.run.ended).exitCode, 137);
  assert.deepEqual(leftIn(job.watchdog.commands), []);
  await job.session.close();
});

// What the engine still has of the names that the watchdog was told.
function leftIn(commands: ReadonlyArray<readonly string[]>): readonly string[] {
  const names = new Set(commands.map((command) => command.at(-1) ?? ''));
  const containers = engineOk(['ps', '-a', '--format', '{{.Names}}']).split('\n');
  const networks = engineOk(['network', 'ls', '--format', '{{.Name}}']).split('\n');
  return [...containers, ...networks].filter((name) => names.has(name));
}

function readCommandLine(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
