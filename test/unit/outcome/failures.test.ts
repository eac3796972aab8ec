// Output of failing programs in several languages, of package managers and of container engines, with the start of the
// failure's first line and words that this line names. `seen` shaped the rules; `apart` was written before them and judged
// once. Half of both follows public reports, in other words.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeStartFailure } from '../../../src/engines/container/container-errors.ts';
import { type FailedStep, scriptFailureText } from '../../../src/outcome/failure-text.ts';
import { bareEnd } from '../../../src/process/process-end.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'failures');

const CLASSES: Readonly<Record<string, FailedStep['failureClass']>> = {
  program: 'ExecuteUserScriptError',
  npm: 'InstallModuleError',
  pip: 'InstallRequirementsError',
};

interface Fixture {
  readonly step: string;
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly begins: string;
  readonly names: readonly string[];
  /** Words that the whole text must not contain. */
  readonly lacks: readonly string[];
  readonly output: string;
}

function readFixture(file: string): Fixture {
  const text = readFileSync(file, 'utf8');
  const end = text.indexOf('---\n');
  const members = text
    .slice(0, end)
    .split('\n')
    .map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
  const all = (name: string) => members.flatMap(([key, value = '']) => (key === name ? [value] : []));
  const [signal = null] = all('signal');
  return {
    step: all('step')[0] ?? 'program',
    exitCode: Number(all('exit')[0]),
    signal: signal as NodeJS.Signals | null,
    begins: all('begins')[0] ?? '',
    names: all('names'),
    lacks: all('lacks'),
    output: text.slice(end + 4),
  };
}

/** The failure's text as `train` writes it, or the engine's reason, without the lines in front of the message. */
function messageOf({ step, exitCode, signal, output }: Fixture): string {
  if (step === 'engine') return describeStartFailure('trainer:1', output);
  const failureClass = CLASSES[step];
  assert.ok(failureClass, `unknown step ${step}`);
  const text = scriptFailureText({
    failureClass,
    end: { ...bareEnd(exitCode, { signal }), errorOutput: output },
    command: 'train',
    mask: (words) => words,
    environment: {
      paths: { codeDir: '/opt/ml/code' },
      resources: { hosts: ['algo-1'], currentHost: 'algo-1' },
    },
    about: step === 'program' ? (signal === null ? undefined : `killed by ${signal}`) : 'Installing packages failed.',
  });
  return text.slice(text.indexOf('ErrorMessage "') + 'ErrorMessage "'.length).replace(/"\nCommand "train"$/, '');
}

for (const set of ['seen', 'apart']) {
  const folder = join(FOLDER, set);
  for (const name of readdirSync(folder)) {
    const fixture = readFixture(join(folder, name));
    test(`the first line names the cause: ${set}/${name.replace('.txt', '')}`, () => {
      const message = messageOf(fixture);
      const [first = ''] = message.split('\n', 1);
      assert.ok(first.startsWith(fixture.begins), `got:    ${first}\nbegins: ${fixture.begins}`);
      for (const words of fixture.names) assert.ok(first.includes(words), `got:   ${first}\nnames: ${words}`);
      for (const words of fixture.lacks) assert.ok(!message.includes(words), `lacks: ${words}\n${message}`);
    });
  }
}
