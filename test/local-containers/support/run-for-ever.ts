// Runs a container that does not end; prints what the watchdog was told once the container runs.
//   run-for-ever.ts JOB DIR
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES, recordingWatchdog, testEngine } from './container-job.ts';

const [job = '', dir = ''] = process.argv.slice(2);
const mlDir = join(dir, 'ml');
mkdirSync(join(mlDir, 'model'), { recursive: true });
const watchdog = recordingWatchdog();
const session = await testEngine(dir).open(
  {
    name: job,
    image: { kind: 'image', name: IMAGES.plain },
    entrypoint: undefined,
    arguments: ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'],
    hosts: ['algo-1'],
    isIsolated: false,
    workDir: join(dir, 'work'),
  },
  { signal: new AbortController().signal, warn: () => undefined, say: () => undefined, watchdog },
);
await session.start({
  name: 'algo-1',
  mlDir,
  mounts: [],
  environment: {},
  onOutput: () => void process.stdout.write(`${JSON.stringify(watchdog)}\n`),
});
