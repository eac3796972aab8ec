// Several hosts of a job of `optml run`, on this machine. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hosts, makeWorkplace, statusesOf } from '../support/run-job-command.ts';

const HOST = `host=$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $ml/input/config/resourceconfig.json)`;

test('hosts have names that resolve to addresses of their own', async (t) => {
  const workplace = makeWorkplace(t, 'getent hosts algo-1 algo-2', hosts(2));
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const lines = stdout.trim().split('\n');
  assert.equal(lines.filter((line) => /^algo-1 \| 10\.\S+ +algo-[12]/.test(line)).length, 2, stdout);
  const addresses = new Set(lines.map((line) => /10\.\S+/.exec(line)?.[0]));
  assert.equal(addresses.size, 2, stdout);
});

test('every host has the same code: folders, modes and links as they are', async (t) => {
  const workplace = makeWorkplace(t, 'cd $ml/code; readlink link; ls -l lib/tool | cut -c1-10; cat link', hosts(2));
  chmodSync(workplace.write('project/lib/tool', 'a tool\n'), 0o750);
  symlinkSync('lib/tool', join(workplace.dir, 'project', 'link'));
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const lines = ['lib/tool', '-rwxr-x---', 'a tool'];
  const expected = ['algo-1', 'algo-2'].flatMap((host) => lines.map((line) => `${host} | ${line}`));
  assert.deepEqual(stdout.trim().split('\n').sort(), expected.sort());
});

test('one host that fails stops the others as the platform does, and gives the reason', async (t) => {
  const script = `${HOST}
if [ $host = algo-2 ]; then printf "algo-2 has no data" > $ml/output/failure; sleep 0.3; exit 9; fi
trap 'echo saved > $ml/model/m; exit 5' TERM; sleep 60 & wait`;
  const workplace = makeWorkplace(t, script, hosts(3));
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  const record = workplace.record();
  assert.equal(record.FailureReason, 'AlgorithmError: algo-2 has no data');
  assert.ok(record.ModelArtifacts !== undefined, 'the others have saved');
  assert.deepEqual(statusesOf(record), ['Starting', 'Downloading', 'Training', 'Uploading', 'Failed']);
});

test('a warning names the hosts that keep running after another one failed', async (t) => {
  const script = `${HOST}
if [ $host = algo-2 ]; then sleep 0.5; exit 9; fi
trap '' TERM; i=0; while [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done`;
  const workplace = makeWorkplace(t, script, hosts(3));
  const { code, stderr } = await workplace.run(['--stop-grace', '7']);
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /algo-2 failed\. Waiting for algo-1, algo-3: still running after SIGTERM, killed in 2 s\. Pass --stop-grace SECONDS/,
  );
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 9');
  assert.match(stderr, /^Warning: The failure reason is that of algo-2, which ended with exit code 9$/m);
});

test('lines of several hosts have their names in front, those of one host have none', async (t) => {
  const workplace = makeWorkplace(t, `${HOST}; echo "I am $host"; printf "no break"`, hosts(2));
  const both = await workplace.run();
  assert.equal(both.code, 0, both.stderr);
  const lines = both.stdout.split('\n').sort();
  assert.deepEqual(lines, [
    '',
    'algo-1 | I am algo-1',
    'algo-1 | no break',
    'algo-2 | I am algo-2',
    'algo-2 | no break',
  ]);
  workplace.writeJob();
  const one = await workplace.run(['--name', 'one', '--instances', '1']);
  assert.equal(one.stdout, 'I am algo-1\nno break');
});

test('under network isolation hosts reach nothing but one another, and get no credentials', async (t) => {
  const script = `${HOST}
env | grep -c AWS_SECRET; getent hosts algo-1 > /dev/null && echo resolved
node -e 'require("node:net").connect(9, "192.0.2.1").on("error", (e) => console.log(e.code))'`;
  const workplace = makeWorkplace(t, script, { EnableNetworkIsolation: true });
  const variables = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  };
  const { code, stdout, stderr } = await workplace.run(['--pass-credentials'], variables);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trim().split('\n'), ['0', 'resolved', 'ENETUNREACH']);
  assert.match(stderr, /^Warning: The hosts get no credentials, as EnableNetworkIsolation forbids them/m);
});

test('the user’s variables stay outside, credentials go in only when they are to', async (t) => {
  const script = 'env | grep -E "^(AWS_|S3_|SECRET)" | sort';
  const workplace = makeWorkplace(t, script);
  const variables = {
    SECRET: 'x',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: 'mine',
  };
  const endpoint = [
    'AWS_ENDPOINT_URL_S3=http://127.0.0.1:9',
    'AWS_REGION=eu-west-1',
    'S3_ENDPOINT_URL=http://127.0.0.1:9',
  ];
  const without = await workplace.run([], variables);
  assert.deepEqual(without.stdout.trim().split('\n'), endpoint, without.stderr);
  const given = await workplace.run(['--pass-credentials'], variables);
  const keys = ['AWS_ACCESS_KEY_ID=id', 'AWS_SECRET_ACCESS_KEY=secret', 'AWS_SESSION_TOKEN=token'];
  assert.deepEqual(given.stdout.trim().split('\n'), [...keys, ...endpoint].sort());
});

test('--pass-credentials: those of a profile, session token included; none to be found is a warning', async (t) => {
  const workplace = makeWorkplace(t, 'env | grep -E "^AWS_" | sort');
  const credentials = '[mine]\naws_access_key_id=id\naws_secret_access_key=secret\naws_session_token=token\n';
  const variables = {
    AWS_PROFILE: 'mine',
    AWS_SHARED_CREDENTIALS_FILE: workplace.write('credentials', credentials),
    AWS_CONFIG_FILE: workplace.write('config', '[profile mine]\nregion=eu-west-3\n'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const given = await workplace.run(['--pass-credentials'], variables);
  assert.equal(given.code, 0, given.stderr);
  // The region is the profile's, as for S3.
  const region = 'AWS_REGION=eu-west-3';
  const keys = ['AWS_ACCESS_KEY_ID=id', 'AWS_SECRET_ACCESS_KEY=secret', 'AWS_SESSION_TOKEN=token'];
  assert.deepEqual(given.stdout.trim().split('\n'), [...keys, region].sort());
  const none = await workplace.run(['--pass-credentials'], { ...variables, AWS_PROFILE: 'other' });
  assert.equal(none.stdout.trim(), 'AWS_REGION=us-east-1');
  assert.match(none.stderr, /^Warning: There are no credentials to pass on: /m);
});
