import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { VARIABLES } from '../../../src/contract/variables.ts';
import { ROOT } from '../../support/job.ts';

/** A fact of the contract as code would repeat it, and the constant that holds it. Prose for people may name it. */
interface Fact {
  readonly pattern: RegExp;
  readonly home: string;
  /** Files in which the same text means something else, and what. */
  readonly others?: Readonly<Record<string, string>>;
}

const FACTS: readonly Fact[] = [
  { pattern: /\b\w*GRACE\w* = 1[12]0\b|\bgrace\w*: 1[12]0\b/i, home: 'contract/grace-periods.ts' },
  { pattern: /(?:\(|, |= )1_?024\b(?! \*)(?:\)| -)|'AlgorithmError: /, home: 'contract/failure-reason.ts' },
  { pattern: /'homogeneousCluster'|'eth0'/, home: 'RESOURCE_DEFAULTS of contract/hosts.ts' },
  {
    pattern: /(?:[Ii]nstanceType\w*['"]?(?: =|:|,) )'local'/,
    home: 'RESOURCE_DEFAULTS of contract/hosts.ts',
  },
  { pattern: /`algo-\$\{/, home: 'hostName of contract/hosts.ts' },
  { pattern: /\b7777\b|\b8890\b|\b7592\b|\b43857\b|\b53957\b/, home: 'contract/ports.ts' },
  { pattern: /LOG_LEVEL'\]? (?:\|\||\?\?) \d+/, home: 'contract/log-level.ts' },
  { pattern: /\b0{12}\b/, home: 'contract/local-account.ts' },
  {
    pattern: /\b86_?400\b|\b28 \* 24\b/,
    home: 'RUNTIME_SECONDS of contract/limits.ts',
    others: { 'report/ticks.ts': 'a day on an axis of time' },
  },
  { pattern: /\w*HYPERPARAMETERS = \d+/, home: 'request/create-training-job.json' },
  { pattern: /'sagemaker_(?:program|submit_directory|region|job_name|s3_output)'/, home: 'TOOLKIT_HYPERPARAMETERS' },
  {
    pattern: new RegExp(`'(?:${Object.values(VARIABLES).join('|')})'`),
    home: 'VARIABLES of contract/variables.ts',
  },
  { pattern: /'sm_drivers'/, home: 'SOURCE_CHANNELS of contract/channels.ts' },
  { pattern: /['"`/]input\/data(?:['"`]|\/[^ *])/, home: 'channelPath and RELATIVE_PATHS of contract/paths.ts' },
  {
    pattern: /'(?:output\/(?:data|failure|success|intermediate|model\.tar\.gz)|input\/config)'/,
    home: 'RELATIVE_PATHS of contract/paths.ts',
  },
  { pattern: /'(?:model|output)\.tar\.gz'/, home: 'ARTIFACT_NAMES of contract/paths.ts' },
  { pattern: /'\/opt\/ml(?:\/(?:checkpoints|code|model))?'/, home: 'DEFAULT_BASE_DIR of contract/paths.ts' },
];

const SRC = join(ROOT, 'src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('contract/'),
);

/** The lines of code of a file, without comments. */
function linesOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replaceAll(/[^\n]/g, ''),
  );
  return text.split('\n').map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}

const LINES = FILES.flatMap((file) => linesOf(file).map((line, index) => ({ file, line, number: index + 1 })));

for (const { pattern, home, others = {} } of FACTS) {
  test(`no file outside of contract/ repeats ${home} (${pattern.source})`, () => {
    const repeated = LINES.filter(({ file, line }) => others[file] === undefined && pattern.test(line));
    assert.deepEqual(
      repeated.map(({ file, line, number }) => `${file}:${number} ${line.trim()}: take it from ${home}`),
      [],
    );
  });
}

test('the exceptions still exist', () => {
  for (const { pattern, others = {} } of FACTS) {
    for (const file of Object.keys(others))
      assert.ok(
        linesOf(file).some((line) => pattern.test(line)),
        file,
      );
  }
});
