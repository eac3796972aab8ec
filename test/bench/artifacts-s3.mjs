#!/usr/bin/env node
// Downloads and uploads one large object by optml and by one plain HTTP stream (node:http, piped from or to a file) through
// the same server, in turn. Prints megabytes a second (best of the runs), the ratio, and the peak memory of ours.
//
//   npm run build && npm run bench:s3 [-- --mib 512] [--runs 9] [--checksum crc32]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    mib: { type: 'string', default: '512' },
    runs: { type: 'string', default: '9' },
    checksum: { type: 'string', default: 'crc32' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const scratch = mkdtempSync(join(options.dir, 'optml-bench-'));
const bytes = Number(options.mib) * 1024 * 1024;
const here = (name) => join(import.meta.dirname, name);

const server = spawn(process.execPath, [here('fake-s3-stream.mjs'), options.mib, options.checksum], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const port = await new Promise((resolve) => server.stdout.once('data', (text) => resolve(String(text).trim())));

function measure(who, direction, file) {
  const child = spawnSync(process.execPath, [here('transfer-once.mjs'), who, direction, port, file], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

try {
  const source = join(scratch, 'source');
  const block = Buffer.alloc(1024 * 1024, 'weights of a model, more or less ');
  writeFileSync(source, '');
  for (let i = 0; i < Number(options.mib); i++) writeFileSync(source, block, { flag: 'a' });
  for (const direction of ['download', 'upload']) {
    const results = { plain: [], optml: [] };
    for (let run = 0; run < Number(options.runs); run++) {
      for (const who of run % 2 === 0 ? ['plain', 'optml'] : ['optml', 'plain']) {
        const file = direction === 'upload' ? source : join(scratch, `${who}-${run}`);
        results[who].push(measure(who, direction, file));
        if (direction === 'download') rmSync(file);
      }
    }
    const best = (who) => Math.min(...results[who].map(({ seconds }) => seconds));
    const rate = (who) => `${(bytes / 1e6 / best(who)).toFixed(0)} MB/s`;
    const peak = Math.max(...results.optml.map(({ mebibytes }) => mebibytes));
    const cpu = (who) => Math.min(...results[who].map(({ cpuSeconds }) => cpuSeconds)).toFixed(2);
    console.log(
      `${direction}: optml ${rate('optml')} (CPU ${cpu('optml')} s), plain stream ${rate('plain')} (CPU ${cpu('plain')} s), ` +
        `ratio ${(best('plain') / best('optml')).toFixed(2)} (goal 1), at most ${peak.toFixed(0)} MiB (limit 200)`,
    );
  }
} finally {
  server.kill();
  rmSync(scratch, { recursive: true, force: true });
}
