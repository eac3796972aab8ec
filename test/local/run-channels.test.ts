// Channels of a job of `optml run` on this machine. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { channel, hosts, makeWorkplace } from '../support/run-job-command.ts';

test('a whole folder, a single file, a prefix and a manifest, as the configuration says', async (t) => {
  const script = `
cd $ml/input/data
find -L . -type f ! -name '*-manifest' | sort
cat $ml/input/config/inputdataconfig.json
[ -n "$(touch folder/x 2>&1)" ] && echo read-only`;
  const workplace = makeWorkplace(t, script, {
    InputDataConfig: [
      channel('folder', './data'),
      channel('file', './data/a1'),
      channel('prefix', './data/a'),
      channel('manifest', './m.json', { S3DataType: 'ManifestFile' }),
      channel('fast', './data', {}, { InputMode: 'FastFile', ContentType: 'text/csv' }),
    ],
  });
  for (const name of ['a1', 'a2', 'b1']) workplace.write(`data/${name}`, name);
  workplace.write('m.json', JSON.stringify([{ prefix: `${workplace.dir}/data/` }, 'b1', 'a2']));
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const files = stdout.split('\n').filter((line) => line.startsWith('./'));
  assert.deepEqual(files, [
    './fast/a1',
    './fast/a2',
    './fast/b1',
    './file/a1',
    './folder/a1',
    './folder/a2',
    './folder/b1',
    './manifest/a2',
    './manifest/b1',
    './prefix/1',
    './prefix/2',
  ]);
  assert.match(stdout, /"fast":\{"TrainingInputMode":"File",[^}]*"ContentType":"text\/csv"/);
  assert.match(stdout, /^(?:.*\})?read-only$/m);
});

test('a sharded channel is dealt to three hosts, a replicated one is whole on each', async (t) => {
  const workplace = makeWorkplace(
    t,
    'echo $(ls $ml/input/data/sharded | wc -l) $(ls $ml/input/data/whole | wc -l) >> $COUNTS',
    {
      ...hosts(3),
      InputDataConfig: [
        channel('sharded', './data/', { S3DataDistributionType: 'ShardedByS3Key' }),
        channel('whole', './data/', { S3DataDistributionType: 'FullyReplicated' }),
      ],
    },
  );
  for (let index = 0; index < 31; index++) workplace.write(`data/f${index}`, '');
  const { code, stderr } = await workplace.run(['--env', `COUNTS=${workplace.dir}/counts`]);
  assert.equal(code, 0, stderr);
  const counts = readFileSync(`${workplace.dir}/counts`, 'utf8').trim().split('\n').sort();
  assert.deepEqual(counts, ['10 31', '10 31', '11 31']);
});

test('instance groups get their own channels, and each host knows its group', async (t) => {
  const script = `
config=$ml/input/config/resourceconfig.json
host=$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $config)
group=$(sed 's/.*"current_group_name":"\\([^"]*\\)".*/\\1/' $config)
echo "$host $group $(echo $(ls $ml/input/data))"`;
  const workplace = makeWorkplace(t, script, {
    ResourceConfig: {
      InstanceGroups: [
        { InstanceGroupName: 'readers', InstanceType: 'local', InstanceCount: 1 },
        { InstanceGroupName: 'learners', InstanceType: 'local', InstanceCount: 2 },
      ],
    },
    InputDataConfig: [channel('all', './data/'), channel('own', './data/', { InstanceGroupNames: ['learners'] })],
  });
  workplace.write('data/f', '');
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trim().split('\n').sort(), [
    'algo-1 | algo-1 readers all',
    'algo-2 | algo-2 learners all own',
    'algo-3 | algo-3 learners all own',
  ]);
});

test('a Pipe channel is read for two epochs, and one without a reader holds nothing up', async (t) => {
  const script = 'for epoch in 0 1; do cat $ml/input/data/pipe_$epoch; done; ls $ml/input/data';
  const workplace = makeWorkplace(t, script, {
    InputDataConfig: [
      channel('pipe', './data/', {}, { InputMode: 'Pipe' }),
      channel('unread', './data/', {}, { InputMode: 'Pipe' }),
    ],
  });
  workplace.write('data/a', 'first\n');
  workplace.write('data/b', 'second\n');
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.ok(stdout.startsWith('first\nsecond\nfirst\nsecond\n'), stdout);
  assert.match(stdout, /^unread_0$/m);
  assert.deepEqual(workplace.leftIn(), []);
});

test('a Pipe channel that cannot be delivered fails the job with its reason; what the script has saved is kept', async (t) => {
  const script =
    'trap "echo saved > $ml/model/m; exit 0" TERM; cat $ml/input/data/pipe_0 > $ml/got & wait; sleep 30 & wait';
  const workplace = makeWorkplace(t, script, {
    InputDataConfig: [channel('pipe', './data/', {}, { InputMode: 'Pipe', CompressionType: 'Gzip' })],
  });
  workplace.write('data/a.gz', 'this is no gzip at all');
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  const record = workplace.record();
  assert.match(record.FailureReason ?? '', /^ClientError: .*pipe/);
  assert.ok(record.ModelArtifacts !== undefined, stderr);
});

test('links that leave the folder of a channel are named in a warning', async (t) => {
  const workplace = makeWorkplace(t, 'ls $ml/input/data/training; sleep 0.3', {
    InputDataConfig: [channel('training', './data')],
  });
  workplace.write('data/f', '');
  symlinkSync('/etc/hostname', `${workplace.dir}/data/out-of-it`);
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Warning: .*out-of-it/m);
});
