// Trains on this machine, or wherever an instance type of SageMaker says: nothing else differs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Estimator } from 'optml/estimator';

const [instanceType = 'local', role = undefined] = process.argv.slice(2);

const estimator = new Estimator({
  imageUri: 'optml',
  entryPoint: 'train.ts',
  sourceDir: './src',
  instanceType,
  role,
  hyperparameters: { epochs: 300, rate: 0.05 },
  metricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
  // Processes of this machine. Without it, containers if there is an engine.
  session: { local: { engine: 'process' } },
});

const job = await estimator.fit({ train: './data' }, { wait: false });
for await (const { line } of job.logs()) if (line.startsWith('epoch=')) console.log(line);
await job.wait({ logs: 'None' });

const loss = (await estimator.trainingJobAnalytics()).at(-1)?.value;
const model = await estimator.downloadModel(`model-${job.name}`);
const line = JSON.parse(readFileSync(join(model, 'line.json'), 'utf8'));
console.log(`${(await job.describe()).TrainingJobStatus} loss ${loss} ${JSON.stringify(line)}`);
await estimator.close();
