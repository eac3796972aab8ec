#!/usr/bin/env node
// Masking the secrets of a log that a program writes into a pipe, and passing the same log on, in one run: processor time.
// Ordinary lines, lines that begin secrets again and again, and lines with secrets.
//
//   npm run bench:masking -- [--megabytes N]
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { maskStream } from '../../src/log/masking/masker.ts';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '100' } } });
const BYTES = Math.round(Number(values.megabytes) * 1e6);
const SINK = openSync('/dev/null', 'w');
const SECRETS = Array.from({ length: 10 }, (_, i) => `secret-${i}-with "quotes" & umläuts/${'x'.repeat(i * 10)}`);

/** @param {string} line */
function outputOf(line) {
  const { stdout } = spawn('sh', ['-c', 'yes "$1" | head -c "$2"', 'sh', line, String(BYTES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return stdout;
}

/** @param {AsyncIterable<Buffer>} output */
async function secondsOf(output) {
  const start = process.cpuUsage();
  for await (const chunk of output) writeSync(SINK, chunk);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

for (const [name, line] of [
  ['ordinary lines', '2026-01-01 00:00:00 INFO epoch 3: loss=0.123 accuracy=0.9876 secret-less'],
  ['beginnings of secrets', 'secret-1-with "quotes" & umläuts/xxxx secret-9-with '],
  ['secrets', SECRETS[3] ?? ''],
]) {
  const passed = await secondsOf(outputOf(line));
  const masked = await secondsOf(maskStream(outputOf(line), SECRETS));
  const ratio = (masked / passed).toFixed(1);
  console.log(`${name}: passed ${passed.toFixed(2)} s, masked ${masked.toFixed(2)} s, ${ratio} times`);
}
