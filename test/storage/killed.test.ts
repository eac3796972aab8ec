// SIGKILL at random moments of a transfer: what has its final name is whole. `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PARTIAL_MARK } from '../../src/contract/paths.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { startS3 } from '../support/s3.ts';
import { trials } from '../support/trials.ts';

const KILLS = trials({ gate: 10, long: 50 });
const SIZE = 9 * 1024 * 1024 + 5;

/** Repeatable: the same numbers from the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// Says when it starts, so that the time to load is not what is killed.
const CHILD = `
const { openS3 } = require(${JSON.stringify(join(ROOT, 'dist/lazy/storage/s3.cjs'))});
const [what, file] = process.argv.slice(1);
const storage = openS3(process.env, { warn: console.error, debug: () => undefined });
const location = { bucket: 'bucket', key: 'k' };
process.stdout.write('start');
const done = what === 'download' ? storage.downloadObject(location, file) : storage.uploadFile(file, location);
done.then(() => storage.close(), (error) => { console.error(error); process.exit(1); });
`;

/** Starts a transfer and kills it `delayMs` after its start, or lets it end. Gives how long it ran, in milliseconds. */
async function transfer(t: TestContext, variables: NodeJS.ProcessEnv, command: readonly string[], delayMs?: number) {
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', ...variables };
  const child = spawn(process.execPath, ['-e', CHILD, ...command], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const start = performance.now();
  if (delayMs === undefined) assert.equal(await ended, 0);
  else {
    await sleep(delayMs);
    child.kill('SIGKILL');
    await ended;
  }
  return performance.now() - start;
}

describe('a transfer that is killed', { concurrency: 2 }, () => {
  for (const what of ['download', 'upload'] as const) {
    test(`${what}: ${KILLS} kills leave nothing under the final name that is not whole`, async (t) => {
      const seed = randomInt(2 ** 31);
      t.diagnostic(`seed ${seed}`);
      const next = random(seed);
      const s3 = await startS3(t);
      const dir = temporaryFolder(t);
      const content = randomBytes(SIZE);
      const source = join(dir, 'source');
      const final = join(dir, 'final');
      writeFileSync(source, content);
      await transfer(t, s3.variables, ['upload', source]);
      const command = what === 'download' ? ['download', final] : ['upload', source];
      const wholeMs = await transfer(t, s3.variables, command);
      let whole = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        rmSync(final, { force: true });
        if (what === 'upload') await s3.remove('k');
        await transfer(t, s3.variables, command, next() * wholeMs * 1.2);
        const found = what === 'upload' ? await s3.get('k') : existsSync(final) ? readFileSync(final) : undefined;
        if (found === undefined) continue;
        assert.ok(found.equals(content), `kill ${kill}: ${found.length} bytes of ${SIZE}`);
        whole++;
      }
      t.diagnostic(`${whole} of ${KILLS} were whole before they were killed`);
      const others = readdirSync(dir).filter((name) => !['source', 'final'].includes(name));
      assert.deepEqual(
        others.filter((name) => !name.includes(PARTIAL_MARK)),
        [],
      );
    });
  }
});
