// Acts as `optml run` for tests that kill it, or run it as another user: runs one host on the engine `process` with a real
// watchdog. Its argument is JSON: {"job": EngineJob, "host": HostSpec without onOutput, "options": of the engine}. Writes the host's output to
// standard output, and at the end a line of JSON: how the host ended, and what was warned about.
import type { ContainerJob, HostSpec } from '../../src/engines/engine.ts';
import { makeWatchdog } from '../../src/engines/make-watchdog.ts';
import { type ProcessEngineOptions, processEngine } from '../../src/engines/process/process.ts';

const { job, host, options } = JSON.parse(process.argv[2] ?? '') as {
  job: ContainerJob;
  host: HostSpec;
  options?: Partial<ProcessEngineOptions>;
};
const warnings: string[] = [];
const watchdog = makeWatchdog();
const session = await processEngine({ variables: process.env, ...options }).open(job, {
  signal: new AbortController().signal,
  warn: (message) => warnings.push(message),
  say: () => undefined,
  watchdog,
});
const onOutput = (bytes: Buffer) => {
  process.stdout.write(bytes);
};
const run = await session.start({ ...host, onOutput });
const end = await run.ended;
await session.takeOver({ ...host, onOutput });
await session.close();
await watchdog.close();
process.stdout.write(`\n${JSON.stringify({ end, warnings })}\n`);
