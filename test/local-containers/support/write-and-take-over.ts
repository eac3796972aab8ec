// Runs a container that writes as root, and takes its files over: as the user who starts this script.
//   write-and-take-over.ts IMAGE SCRIPT DIR
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerEngine } from '../../../src/engines/container/container.ts';
import { recordingWatchdog } from './container-job.ts';

const [image = '', script = '', dir = ''] = process.argv.slice(2);
const mlDir = join(dir, 'ml');
for (const part of ['input/config', 'model', 'output/data']) mkdirSync(join(mlDir, part), { recursive: true });
const warnings: string[] = [];
const engine = containerEngine('docker', {
  pull: 'never',
  command: ['docker'],
  variables: process.env,
  owner: { home: dir, runner: { pid: process.pid, startTicks: 'test' } },
});
const session = await engine.open(
  {
    name: 'take-over',
    image: { kind: 'image', name: image },
    entrypoint: undefined,
    arguments: ['sh', '-c', script],
    hosts: ['algo-1'],
    isIsolated: false,
    workDir: dir,
  },
  {
    signal: new AbortController().signal,
    warn: (message) => void warnings.push(message),
    say: () => undefined,
    watchdog: recordingWatchdog(),
  },
);
const host = {
  name: 'algo-1',
  mlDir,
  mounts: [{ source: join(dir, 'checkpoints'), target: '/opt/ml/checkpoints', isReadOnly: false }],
  environment: {},
  onOutput: (bytes: Buffer) => void process.stderr.write(bytes),
};
try {
  const { exitCode } = await (await session.start(host)).ended;
  await session.takeOver(host);
  const paths = ['ml/model/deep', 'ml/model/deep/m', 'ml/model/link', 'checkpoints/c'];
  const owners = Object.fromEntries(paths.map((path) => [path, lstatSync(join(dir, path)).uid]));
  const text = readFileSync(join(mlDir, 'model', 'deep', 'm'), 'utf8');
  process.stdout.write(JSON.stringify({ exitCode, owners, text, warnings }));
} finally {
  await session.close();
}
