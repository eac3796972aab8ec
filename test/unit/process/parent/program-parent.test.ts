import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../../../support/job.ts';

const SOURCES = join(ROOT, 'src', 'process', 'parent');
const TRIPLES = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;
const NOBODY_ASSEMBLES = spawnSync('llvm-objcopy', ['--version']).error === undefined ? false : 'LLVM is not installed';

const executable = (arch: string) =>
  Buffer.from(readFileSync(join(SOURCES, `${arch}.hex`), 'latin1').replaceAll('\n', ''), 'hex');

for (const [arch, triple] of Object.entries(TRIPLES)) {
  test(`the executable for ${arch} is what its source assembles to`, { skip: NOBODY_ASSEMBLES }, (t) => {
    const dir = temporaryFolder(t);
    const [object, binary] = [join(dir, 'object'), join(dir, 'binary')];
    for (const [program, ...args] of [
      ['llvm-mc', '-triple', triple, '-filetype=obj', join(SOURCES, `${arch}.s`), '-o', object],
      ['llvm-objcopy', '-O', 'binary', '-j', '.text', object, binary],
    ] as const) {
      assert.equal(spawnSync(program, args, { encoding: 'utf8' }).stderr, '');
    }
    assert.deepEqual(readFileSync(binary), executable(arch));
  });
}

const isHere = process.platform === 'linux' && Object.hasOwn(TRIPLES, process.arch);

describe('the parent of a program', { skip: isHere ? false : 'there is none for this machine' }, () => {
  const run = (t: TestContext, args: readonly string[], { isReported = true } = {}) => {
    const file = join(temporaryFolder(t), 'program-parent');
    writeFileSync(file, executable(process.arch), { mode: 0o755 });
    const stdio = ['ignore', 'pipe', 'pipe', ...(isReported ? (['pipe'] as const) : [])] as const;
    const { status, stdout, output } = spawnSync(file, args, { stdio: [...stdio] });
    return { status, stdout: stdout.toString(), report: output[3] as unknown as Buffer };
  };
  const shell = (script: string) => ['/bin/sh', 'sh', '-c', script];

  test('reports the id of the program and its wait status, and exits as it does', (t) => {
    const { status, stdout, report } = run(t, shell('echo $$; exit 7'));
    assert.equal(status, 7);
    assert.deepEqual(
      [0, 4, 8].map((at) => report.readInt32LE(at)),
      [Number(stdout), Number(stdout), 7 << 8],
    );
  });

  for (const signal of [1, 9, 15, 32, 33, 34, 40, 64]) {
    test(`exits with ${128 + signal} when signal ${signal} kills the program`, (t) => {
      const { status, report } = run(t, shell(`kill -${signal} $$`));
      assert.equal(status, 128 + signal);
      assert.equal(report.readInt32LE(8), signal);
    });
  }

  test('starts the program in a session of its own, without a further descriptor', (t) => {
    const { stdout } = run(
      t,
      shell('read -r pid _ _ _ group session _ < /proc/self/stat; echo $pid $group $session $$'),
    );
    const [, group, session, pid] = stdout.trim().split(' ');
    assert.deepEqual([group, session], [pid, pid]);
    assert.equal(run(t, shell('[ -e /proc/self/fd/3 ] || echo none')).stdout, 'none\n');
  });

  test('gives the program the arguments, the environment and the signal mask that it got', (t) => {
    const { stdout } = run(t, [
      '/bin/sh',
      'name',
      '-c',
      'echo $0 $# "$1"; grep SigBlk /proc/self/status',
      'zero',
      'a b',
    ]);
    assert.equal(stdout, 'zero 1 a b\nSigBlk:\t0000000000000000\n');
  });

  test('reports the id alone and exits with 126 for a file that cannot be executed', (t) => {
    const { status, report } = run(t, ['/no/such/file', 'x']);
    assert.deepEqual([status, report.length], [126, 4]);
  });

  test('without a descriptor for its report, leaves the program in its own session', (t) => {
    const script =
      'read -r _ _ _ parent _ session _ < /proc/$$/stat; read -r _ _ _ _ _ outer _ < /proc/$parent/stat; [ $session = $outer ]; exit $((40 + $?))';
    assert.equal(run(t, shell(script), { isReported: false }).status, 40);
  });

  test('outlives the signals that stop the program', (t) => {
    const stops = Object.values(constants.signals).filter(
      (signal) => ![9, 17, 18, 19, 20, 21, 22, 23, 28].includes(signal),
    );
    const script = `for signal in ${stops.join(' ')}; do kill -$signal $PPID; done; exit 5`;
    assert.equal(run(t, shell(script)).status, 5);
  });
});
