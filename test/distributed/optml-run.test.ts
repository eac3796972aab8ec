// Rank launch under `optml run`, whose hosts have names of their own on the engine `process`. `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hosts, makeWorkplace, requestOf } from '../support/run-job-command.ts';

test('optml run --instances 2 runs the ranks of two hosts, which reach one another by name', async (t) => {
  const location = makeWorkplace(t, '');
  location.write(
    'project/train.mjs',
    `import { createServer, connect } from 'node:net';
const { RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT } = process.env;
if (RANK === '0') {
  let left = Number(WORLD_SIZE) - 1;
  const server = createServer((socket) => { socket.end('hello'); if (--left === 0) server.close(); }).listen(Number(MASTER_PORT), MASTER_ADDR);
} else {
  const join = () => connect(Number(MASTER_PORT), MASTER_ADDR)
    .on('data', (text) => console.log(\`rank \${RANK} got \${text} from \${MASTER_ADDR}\`)).on('error', () => setTimeout(join, 50));
  join();
}
`,
  );
  const request = {
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: 'train.mjs',
      optml_launch: 'true',
      sagemaker_mpi_num_of_processes_per_host: '2',
    },
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
  location.writeJob(request);
  const { code, stdout, stderr } = await location.run(['--instances', '2']);
  assert.equal(code, 0, stderr);
  const lines = stdout
    .split('\n')
    .filter((line) => line.includes('got hello'))
    .sort();
  assert.deepEqual(
    lines,
    [1, 2, 3].map((rank) => `algo-${rank < 2 ? 1 : 2} | rank ${rank} got hello from algo-1`),
  );
});

test('the secret of a job reaches no program of its hosts and no file of the job', async (t) => {
  const location = makeWorkplace(t, '');
  location.write('project/train.sh', '#!/bin/sh\nenv | grep -c OPTML_JOB_SECRET; echo "rank $RANK"\n');
  location.writeJob({
    ...requestOf(hosts(2)),
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: 'train.sh',
      optml_launch: 'true',
      sagemaker_mpi_num_of_processes_per_host: '1',
    },
  });
  const { code, stdout, stderr } = await location.run();
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').map((line) => line.replace(/^algo-\d \| /, ''));
  assert.deepEqual(lines.filter((line) => /^(?:\d+|rank \d)$/.test(line)).sort(), ['0', '0', 'rank 0', 'rank 1']);
  assert.doesNotMatch(stdout + stderr, /OPTML_JOB_SECRET/);
  const files = readdirSync(location.jobDir(), { recursive: true, encoding: 'utf8', withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
  assert.ok(texts.length > 0 && texts.every((text) => !text.includes('OPTML_JOB_SECRET')));
});
