// The workflow in examples/ci: its own steps, with this optml in the place of the published one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { ENGINE } from './support/engine.ts';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly if?: string;
}

const IMAGE = 'optml-validate-test:workflow';
const SOUND = join(ROOT, 'test', 'fixtures', 'sound');
const JOB = {
  TrainingJobName: 'sound',
  AlgorithmSpecification: { TrainingInputMode: 'File' },
  InputDataConfig: [
    {
      ChannelName: 'training',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data/' } },
    },
  ],
  OutputDataConfig: { S3OutputPath: './output' },
  ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
};

after(() => spawnSync(ENGINE, ['image', 'rm', '--force', IMAGE], { stdio: 'ignore' }));

function steps(): readonly Step[] {
  const text = readFileSync(join(ROOT, 'examples', 'ci', 'validate.yml'), 'utf8');
  const workflow = parse(text) as { readonly jobs: { readonly validate: { readonly steps: readonly Step[] } } };
  return workflow.jobs.validate.steps;
}

test('the workflow builds an image, validates it and leaves a report in every format', (t) => {
  const dir = temporaryFolder(t);
  cpSync(SOUND, dir, { recursive: true });
  writeFileSync(join(dir, 'job.json'), JSON.stringify(JOB));
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'rows.csv'), '1,2\n');
  mkdirSync(join(dir, 'bin'));
  const optml = join(ROOT, 'dist', 'bin', 'optml.cjs');
  const npx = `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${optml}" "$@"\n`;
  writeFileSync(join(dir, 'bin', 'npx'), npx, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: `${dir}/bin:${process.env['PATH']}`,
    OPTML_HOME: join(dir, 'home'),
    GITHUB_STEP_SUMMARY: join(dir, 'summary.md'),
  };
  const scripts = steps().flatMap(({ run }) => run ?? []);
  assert.equal(scripts.length, 3);
  for (const script of scripts) {
    // A few checks are enough to see that the steps fit together.
    const text = script
      .replaceAll('training-image', IMAGE)
      .replace('docker build --platform linux/amd64', `${ENGINE} build`)
      .replace('--format json', '--format json --only C1,C50');
    const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', text], {
      cwd: dir,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${text}\n${stdout}${stderr}`);
  }
  assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), /^## ✅ optml validate/);
  for (const name of ['validate.sarif', 'validate.xml', 'validate.html', 'validate.json']) {
    assert.ok(existsSync(join(dir, name)), name);
  }
});

test('what the workflow uploads is what its steps write', () => {
  const text = readFileSync(join(ROOT, 'examples', 'ci', 'validate.yml'), 'utf8');
  const written = new Set([...text.matchAll(/--output (\S+)/g)].map((match) => match[1]));
  for (const [, name = ''] of text.matchAll(/(?:sarif_file: |^ {12})(validate\.\w+)$/gm)) {
    assert.ok(written.has(name), name);
  }
});
