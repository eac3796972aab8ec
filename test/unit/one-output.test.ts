import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const SRC = join(ROOT, 'src');

/** The only files that write to the standard streams of this process, or pass them on, and why. All others call these. */
const WRITERS: Readonly<Record<string, string>> = {
  'log/print.ts': "results and messages, with escapes; a job's own output",
  'log/write-stderr.ts': "the log of train, with escapes; a job's own output",
  'algorithm/run/algorithm-log.ts': 'the output of an algorithm in its own process, with escapes',
  'cli/view/own-stream.ts': 'progress on standard error, with escapes',
  'cli/view/run-view.ts': "passes both streams to ShownStream: text gets escapes, bytes are a job's own output",
  'cli/optml-command.ts': 'a reader that has gone: an event of the stream',
  'bin/optml.ts': 'waits until everything is out',
  'bin/waiting-train.ts': 'a fixed word for the process that waits for it',
};

const STREAM =
  /\bprocess\.(?:stdout|stderr)\b(?!\.(?:isTTY|columns)\b)|\{ std(?:out|err) \} = process|\bconsole\.\w+\(|writeSync\((?:STDERR|STDOUT|1|2),/;

test("one place writes optml's own lines, so that no text of a job reaches a terminal as it is", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const writers = files.filter((file) => STREAM.test(codeOf(file)));
  assert.deepEqual(writers.sort(), Object.keys(WRITERS).sort());
});

// Templates are files that `optml init` writes.
function codeOf(file: string): string {
  return readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|console\.log\(\\`/gm, '');
}
