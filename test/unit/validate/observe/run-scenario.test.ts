import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TrainingJobRequest } from '../../../../src/request/request.ts';
import { HOST_WAITS } from '../../../../src/validate/observe/host-waits.ts';
import { runScenario } from '../../../../src/validate/observe/run-scenario.ts';
import type { Scenario } from '../../../../src/validate/observe/scenario/scenario.ts';
import type { ValidationContext } from '../../../../src/validate/observe/validation-context.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { watchdogStandIn } from '../../../support/process-hosts.ts';
import { waitFor } from '../../../support/processes.ts';
import { s3Variables, startS3 } from '../../../support/s3.ts';

interface CountedServer {
  readonly endpoint: string;
  /** Connections that are open now, and how many there have been. */
  readonly count: () => { readonly open: number; readonly all: number };
}

/** A port whose connections lead to a server on another port of this machine, and are counted. */
async function countConnections(t: TestContext, port: number): Promise<CountedServer> {
  const open = new Set<Socket>();
  let all = 0;
  const server = createServer((client) => {
    all += 1;
    open.add(client);
    const upstream = connect(port, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    client.on('close', () => open.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const { port: own } = server.address() as { readonly port: number };
  return { endpoint: `http://127.0.0.1:${own}`, count: () => ({ open: open.size, all }) };
}

const SESSION = {
  hasOptMl: true,
  networkInterface: 'eth0',
  start: () => assert.fail('no host is started'),
  takeOver: async () => undefined,
  close: async () => undefined,
};

/** A validation whose job has a channel in S3. */
async function contextWithS3Channel(t: TestContext, hyperparameters: Readonly<Record<string, string>> = {}) {
  const s3 = await startS3(t);
  await s3.put('in/a', 'A');
  const server = await countConnections(t, s3.port);
  const dataSource = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } } as const;
  const request: TrainingJobRequest = {
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
    HyperParameters: hyperparameters,
    InputDataConfig: [{ ChannelName: 'training', DataSource: dataSource }],
    OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
    StoppingCondition: {},
  };
  const context: ValidationContext = {
    engine: { name: 'docker', open: async () => SESSION },
    image: { kind: 'image', name: 'image' },
    request,
    variables: s3Variables(server.endpoint),
    workDir: temporaryFolder(t),
    ...{ timeoutSeconds: 10, graceSeconds: 1, waits: HOST_WAITS, signal: new AbortController().signal },
    ...{ say: () => undefined, watchdog: watchdogStandIn },
  };
  return { context, server };
}

const SCENARIO: Scenario = { id: 'trial', about: 'a trial' };

test('no connection to S3 stays open if the code of the job cannot be copied', async (t) => {
  const { context, server } = await contextWithS3Channel(t, {
    sagemaker_submit_directory: join(temporaryFolder(t), 'none'),
  });
  await assert.rejects(runScenario(context, SCENARIO, undefined), { code: 'SOURCE_NOT_FOUND' });
  assert.ok(server.count().all > 0, 'the channel was read');
  await waitFor('connections are closed', () => server.count().open === 0);
});

test('no connection to S3 stays open if a scenario does not fit the job', async (t) => {
  const { context, server } = await contextWithS3Channel(t);
  const { observation } = await runScenario(
    context,
    { ...SCENARIO, entryScript: { py: 'pass', sh: 'true' } },
    undefined,
  );
  assert.match(observation.cannot ?? '', /runs a command/);
  assert.ok(server.count().all > 0, 'the channel was read');
  await waitFor('connections are closed', () => server.count().open === 0);
});
