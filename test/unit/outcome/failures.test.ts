// Output of failing programs in several languages, of package managers and of container engines, with the start of the
// failure's first line and words that this line names. `seen` shaped the rules; `apart` was written before them and judged
// once. At least half of them follow public reports, in other words: `source` says where each comes from.
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
  /** A public report and its kind, a run here and its tool or program (in `programs`), or the form of a tool. */
  readonly source: string;
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
    source: all('source')[0] ?? '',
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

const SOURCES = /^(?:public report, \S.*|run here, \S.*|written here)$/;
const FIXTURES = ['seen', 'apart'].map((set) => ({
  set,
  fixtures: readdirSync(join(FOLDER, set)).map((name) => ({ name, ...readFixture(join(FOLDER, set, name)) })),
}));

test('at least half of the outputs follow public reports, and each names its source', () => {
  const sources = FIXTURES.flatMap(({ fixtures }) => fixtures.map(({ name, source }) => ({ name, source })));
  assert.deepEqual(
    sources.filter(({ source }) => !SOURCES.test(source)),
    [],
  );
  const reported = sources.filter(({ source }) => source.startsWith('public report, '));
  assert.ok(reported.length >= sources.length / 2, `${reported.length} of ${sources.length}`);
});

for (const { set, fixtures } of FIXTURES) {
  for (const { name, ...fixture } of fixtures) {
    test(`the first line names the cause: ${set}/${name.replace('.txt', '')}`, () => {
      const message = messageOf(fixture);
      const [first = ''] = message.split('\n', 1);
      assert.ok(first.startsWith(fixture.begins), `got:    ${first}\nbegins: ${fixture.begins}`);
      for (const words of fixture.names) assert.ok(first.includes(words), `got:   ${first}\nnames: ${words}`);
      for (const words of fixture.lacks) assert.ok(!message.includes(words), `lacks: ${words}\n${message}`);
    });
  }
}
