import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeJob, runJob, startTrain, temporaryFolder } from '../support/job.ts';
import { pythonJob, shellJob } from '../support/processes.ts';

const SAVES = 'echo weights > "$SM_MODEL_DIR/weights"';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/job';

describe('who packs (C13)', { concurrency: 2 }, () => {
  const cases = [
    { setting: 'auto', variables: {}, isPacked: true, why: 'nothing else does' },
    { setting: 'auto', variables: { TRAINING_JOB_ARN: ARN }, isPacked: false, why: 'the platform does' },
    { setting: 'auto', variables: { TRAINING_JOB_NAME: 'job' }, isPacked: false, why: 'a local runner does' },
    {
      setting: 'auto',
      variables: { TRAINING_JOB_ARN: '', TRAINING_JOB_NAME: '' },
      isPacked: true,
      why: 'empty is not set',
    },
    {
      setting: 'always',
      variables: { TRAINING_JOB_ARN: ARN, TRAINING_JOB_NAME: 'job' },
      isPacked: true,
      why: 'it was asked for',
    },
    { setting: 'never', variables: {}, isPacked: false, why: 'it was asked for' },
  ];
  for (const { setting, variables, isPacked, why } of cases) {
    test(`OPTML_PACKAGE=${setting}, ${JSON.stringify(variables)}: ${isPacked ? 'packed' : 'not packed'}, ${why}`, async (t) => {
      const result = await runJob(t, shellJob(SAVES), { ...variables, OPTML_PACKAGE: setting });
      assert.equal(result.code, 0, result.stderr);
      assert.equal(existsSync(join(result.base, 'output', 'model.tar.gz')), isPacked);
    });
  }

  test('what a killed run left half-packed is removed by the next one, and nothing else', async (t) => {
    const files = {
      'output/model.tar.gz.optml-partial-6': 'half',
      'output/output.tar.gz.optml-partial-123': 'half',
      'output/notes.optml-partial': 'mine',
    };
    const result = await runJob(t, { ...shellJob(SAVES, { files }) }, { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    const left = readdirSync(join(result.base, 'output')).sort();
    assert.deepEqual(left, ['data', 'model.tar.gz', 'notes.optml-partial', 'success']);
  });

  test('half-packed archives that cannot be removed are named in a warning', async (t) => {
    const files = { 'output/model.tar.gz.optml-partial-6/own': 'not a file' };
    const result = await runJob(t, { ...shellJob(SAVES, { files }) }, { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /Unfinished archives of an earlier run stay in \S+\/output: .*optml-partial-6/);
  });

  test('a script that failed has nothing packed', async (t) => {
    const result = await runJob(t, shellJob(`${SAVES}; exit 3`), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 3);
    assert.deepEqual(readdirSync(join(result.base, 'output')).sort(), ['data', 'failure']);
  });

  test('a link in place of the model folder is not followed: the job fails, and nothing is packed', async (t) => {
    for (const target of ['elsewhere', 'output']) {
      const script = `rmdir "$SM_MODEL_DIR"; mkdir -p elsewhere; ln -s ${target} "$SM_MODEL_DIR"`;
      const result = await runJob(t, shellJob(script), { OPTML_PACKAGE: 'always' });
      assert.equal(result.code, 4, result.stderr);
      assert.match(
        readFileSync(join(result.base, 'output/failure'), 'utf8'),
        /\/model is a symbolic link to .*, and is not packed/,
      );
      assert.deepEqual(readdirSync(join(result.base, 'output')).sort(), ['data', 'failure']);
    }
  });

  test('what the script left running is ended before packing begins, so that no file changes meanwhile', async (t) => {
    const script = `${SAVES}; (trap '' TERM; while :; do echo more >> "$SM_MODEL_DIR/growing"; sleep 0.01; done) & sleep 0.3`;
    const result = await runJob(t, shellJob(script), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(listing(join(result.base, 'output', 'model.tar.gz')), ['growing', 'weights']);
  });
});

describe('where it is packed to', { concurrency: 2 }, () => {
  test('a relative path is one below the base directory; folders are made', async (t) => {
    const variables = { OPTML_PACKAGE: 'always', OPTML_MODEL_ARCHIVE: 'some/where/else.tgz' };
    const result = await runJob(t, shellJob(`${SAVES}; echo 1 > "$SM_OUTPUT_DATA_DIR/out"`), variables);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(readdirSync(join(result.base, 'some', 'where')).sort(), ['else.tgz', 'output.tar.gz']);
    assert.deepEqual(readdirSync(join(result.base, 'output')).sort(), ['data', 'success']);
  });

  test('an absolute path is taken as it is, and named in the log', async (t) => {
    const file = join(temporaryFolder(t), 'ümläut 1.tar.gz');
    const result = await runJob(t, shellJob(SAVES), { OPTML_PACKAGE: 'always', OPTML_MODEL_ARCHIVE: file });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(listing(file), ['weights']);
    assert.ok(
      result.stderr.includes(`Model artifacts: ${file} (1 entry, ${statSync(file).size} bytes)`),
      result.stderr,
    );
  });

  test('links in the model are packed with a warning: hosting refuses them (C53)', async (t) => {
    const variables = { OPTML_PACKAGE: 'always' };
    const links = await runJob(t, shellJob(`${SAVES}; ln -s weights "$SM_MODEL_DIR/latest"`), variables);
    assert.equal(links.code, 0, links.stderr);
    const warning = 'WARN  The model contains links, such as latest: SageMaker hosting refuses such an archive (C53)';
    assert.ok(links.stderr.includes(warning), links.stderr);
    assert.doesNotMatch((await runJob(t, shellJob(SAVES), variables)).stderr, /contains links/);
  });

  test('an archive inside the model folder does not hold itself, nor one of an earlier run', async (t) => {
    const variables = { OPTML_PACKAGE: 'always', OPTML_MODEL_ARCHIVE: 'model/model.tar.gz' };
    const base = makeJob(t, shellJob(SAVES));
    for (let run = 0; run < 2; run++) {
      assert.equal((await startTrain(t, base, variables).ended).code, 0);
      assert.deepEqual(listing(join(base, 'model', 'model.tar.gz')), ['weights']);
    }
  });
});

// Everything that an archive has to keep, made by the training script.
const ZOO = `
import os, sys
root = os.environ['SM_MODEL_DIR']
os.chdir(root)
def write(name, text, mode=0o644):
    with open(name, 'w') as file: file.write(text)
    os.chmod(name, mode)
write('plain.txt', 'plain')
write('empty', '')
write('run.sh', '#!/bin/sh', 0o755)
write('secret', 's', 0o600)
write('ümläut ☃ 模型.txt', 'unicode')
write('-dash', 'dash'); write('.hidden', 'hidden'); write("quote'd \\" name", 'quotes'); write('new\\nline', 'newline')
write('n' * 200, 'long name')
os.makedirs('/'.join(['d' * 60] * 5)); write('/'.join(['d' * 60] * 5) + '/deep', 'deep')
os.mkdir('empty-dir', 0o750)
os.symlink('plain.txt', 'link'); os.symlink('/not/there', 'dangling'); os.symlink('l' * 150, 'long-link')
os.link('plain.txt', 'hard')
os.mkfifo('fifo')
write('odd', 'x' * 513); write('block', 'y' * 512); write('big', 'z' * 700001)
os.utime('plain.txt', (1e9, 1e9))
`;

// Reads the archive in Python's strict way and prints what it holds.
const PYTHON_READER = `
import json, sys, tarfile, hashlib
with tarfile.open(sys.argv[1], 'r:gz') as tar:
    print(json.dumps([[m.name, m.type.decode(), oct(m.mode), m.linkname, m.uid, m.gid,
        tar.extractfile(m).read().decode()[:20] if m.isreg() else None, m.size, int(m.mtime)] for m in tar.getmembers()]))
`;

describe('what an archive holds (C53)', { concurrency: 2 }, () => {
  test('GNU tar and Python unpack exactly what the model folder held', async (t) => {
    const result = await runJob(t, pythonJob(ZOO), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /WARN .*\/model\/fifo is a socket, FIFO or device: not packed/);
    const archive = join(result.base, 'output', 'model.tar.gz');
    const model = join(result.base, 'model');
    assert.equal(spawnSync('rm', [join(model, 'fifo')]).status, 0);

    const unpacked = temporaryFolder(t);
    const tar = spawnSync('tar', ['-xpzf', archive, '-C', unpacked], { encoding: 'utf8' });
    assert.deepEqual([tar.status, tar.stderr], [0, '']);
    assert.equal(describeTree(unpacked), describeTree(model));
    assert.equal(statSync(join(unpacked, 'hard')).ino, statSync(join(unpacked, 'plain.txt')).ino);

    const python = spawnSync('python3', ['-c', PYTHON_READER, archive], { encoding: 'utf8' });
    assert.equal(python.status, 0, python.stderr);
    const members = new Map(
      (JSON.parse(python.stdout) as [string, ...unknown[]][]).map(([name, ...rest]) => [name, rest]),
    );
    assert.deepEqual(members.get('ümläut ☃ 模型.txt')?.slice(0, 6), ['0', '0o644', '', 0, 0, 'unicode']);
    assert.deepEqual(members.get('run.sh')?.slice(0, 2), ['0', '0o755']);
    assert.deepEqual(members.get('empty-dir')?.slice(0, 2), ['5', '0o750']);
    assert.deepEqual(members.get('link')?.slice(0, 3), ['2', '0o777', 'plain.txt']);
    assert.deepEqual(members.get('long-link')?.[2], 'l'.repeat(150));
    assert.deepEqual(members.get('n'.repeat(200))?.[5], 'long name');
    // Sorted by name, so the later one of two names for a file is the link.
    assert.deepEqual(members.get('plain.txt')?.slice(0, 3), ['1', '0o644', 'hard']);
    assert.equal(members.get('hard')?.[7], 1_000_000_000);
  });

  test('an empty model gives a valid, empty archive and a warning', async (t) => {
    const result = await runJob(t, shellJob('true'), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    const archive = join(result.base, 'output', 'model.tar.gz');
    assert.deepEqual(listing(archive), []);
    const python = spawnSync('python3', ['-c', PYTHON_READER, archive], { encoding: 'utf8' });
    assert.equal(python.stdout.trim(), '[]', python.stderr);
    assert.match(
      result.stderr,
      /WARN {2}\S+\/model is empty: \S+\/output\/model\.tar\.gz is a valid archive without a file/,
    );
    assert.equal(existsSync(join(result.base, 'output', 'output.tar.gz')), false);
  });

  test('a model folder that the script removed is treated as empty', async (t) => {
    const result = await runJob(t, shellJob('rmdir "$SM_MODEL_DIR"'), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(listing(join(result.base, 'output', 'model.tar.gz')), []);
  });

  for (const [what, script, packed] of [
    [
      'model',
      'rmdir "$SM_MODEL_DIR"; ln -s "$PWD/.." "$SM_MODEL_DIR"; echo > "$SM_OUTPUT_DATA_DIR/o"',
      'output.tar.gz',
    ],
    ['output/data', 'rmdir "$SM_OUTPUT_DATA_DIR"; ln -s "$PWD/.." "$SM_OUTPUT_DATA_DIR"', 'model.tar.gz'],
  ] as const) {
    test(`a link in the place of ${what} is not followed: the rest is packed, and exit code 4 reports it`, async (t) => {
      const result = await runJob(t, shellJob(script), { OPTML_PACKAGE: 'always' });
      assert.equal(result.code, 4, result.stderr);
      assert.match(result.stderr, new RegExp(`${what} is a symbolic link to "/[^"]*", and is not packed`));
      const archives = readdirSync(join(result.base, 'output')).filter((name) => name.endsWith('.tar.gz'));
      assert.deepEqual(archives, [packed]);
      assert.equal(existsSync(join(result.base, 'output/success')), false);
    });
  }

  test('output data is packed beside the model, with its content at the root', async (t) => {
    const script = `${SAVES}; mkdir "$SM_OUTPUT_DATA_DIR/plots"; echo png > "$SM_OUTPUT_DATA_DIR/plots/loss.png"`;
    const result = await runJob(t, shellJob(script), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(listing(join(result.base, 'output', 'output.tar.gz')), ['plots/', 'plots/loss.png']);
    assert.deepEqual(listing(join(result.base, 'output', 'model.tar.gz')), ['weights']);
    assert.deepEqual(readdirSync(join(result.base, 'output')).sort(), [
      'data',
      'model.tar.gz',
      'output.tar.gz',
      'success',
    ]);
  });

  test('names and link targets that are not UTF-8 are kept, long ones too', async (t) => {
    const script = `
import os
os.chdir(os.environb[b'SM_MODEL_DIR'])
for name in [b'caf\\xe9', b'\\xff' * 150, b'dir-\\xe9/in ' + b'x' * 120]:
    if b'/' in name: os.mkdir(os.path.dirname(name))
    with open(name, 'w') as file: file.write('content')
os.symlink(b'caf\\xe9', b'link')
os.symlink(b'\\xfe' * 150, b'long-\\xe9')
`;
    const result = await runJob(t, pythonJob(script), { OPTML_PACKAGE: 'always' });
    assert.equal(result.code, 0, result.failure);
    const archive = join(result.base, 'output', 'model.tar.gz');
    const unpacked = [temporaryFolder(t), temporaryFolder(t)] as const;
    const tar = spawnSync('tar', ['-xpzf', archive, '-C', unpacked[0]], { encoding: 'utf8' });
    assert.deepEqual([tar.status, tar.stderr], [0, '']);
    const extract = 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])';
    const python = spawnSync('python3', ['-c', extract, archive, unpacked[1]], { encoding: 'utf8' });
    assert.deepEqual([python.status, python.stderr], [0, '']);
    for (const dir of unpacked) assert.equal(describeTree(dir), describeTree(join(result.base, 'model')));
  });
});

function listing(archive: string): readonly string[] {
  const tar = spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' });
  assert.deepEqual([tar.status, tar.stderr], [0, '']);
  return tar.stdout.split('\n').filter(Boolean);
}

/** Names, types, link targets, and for all but links modes, times and content of all that is in a folder. */
function describeTree(dir: string): string {
  const script =
    "(find . -type l -printf '%P|%l\\n'; find . -mindepth 1 ! -type l -printf '%P|%y|%m|%T@\\n' ) | sed 's/\\.[0-9]*$//' | sort; find . -type f -exec sha256sum {} + | sort";
  const { stdout, status } = spawnSync('sh', ['-c', script], {
    cwd: dir,
    encoding: 'latin1',
    env: { LC_ALL: 'C', PATH: process.env['PATH'] },
  });
  assert.equal(status, 0);
  return stdout;
}

test('an invalid archive location is refused before the program runs', async (t) => {
  const spec = { program: 'train.sh', files: { 'code/train.sh': 'echo ran' } };
  const result = await runJob(t, spec, { OPTML_PACKAGE: 'always', OPTML_MODEL_ARCHIVE: 'file:///100%/model.tar.gz' });
  assert.equal(result.code, 1, result.stderr);
  assert.match(
    result.failure ?? '',
    /^UserError OUTPUT_LOCATION_INVALID: OPTML_MODEL_ARCHIVE is file:\/\/\/100%\/model\.tar\.gz, which is invalid: /,
  );
  assert.equal(result.stdout, '');
});
