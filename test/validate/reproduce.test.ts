// The command that a report prints for a finding, pasted into a shell in the same folder, runs the same jobs and finds the
// same. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/job.ts';
import { OPTML } from '../support/run-job-command.ts';

// It fails as its arguments ask, reports success, and prints its arguments.
const PROGRAM = `#!/bin/sh
config="$SAGEMAKER_BASE_DIR/input/config"
cat "$config/hyperparameters.json"; echo
ls "$SAGEMAKER_BASE_DIR/input/data"
grep -q '"mode":' "$config/hyperparameters.json" || echo weights > "$SAGEMAKER_BASE_DIR/model/weights"
`;
const MODE = `it's "$HOME" \`id\` \\ *`;
const CHECK = 'failure-exit-code';

const jobFile = (image?: string) =>
  JSON.stringify({
    TrainingJobName: 'mine',
    AlgorithmSpecification: { TrainingInputMode: 'File', ...(image !== undefined && { TrainingImage: image }) },
    HyperParameters: { 'own value': 'a b', ...(image !== undefined && { sagemaker_program: 'train.sh' }) },
    InputDataConfig: [
      { ChannelName: 'rows', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './the rows' } } },
    ],
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });

/** A folder with programs, a project and jobs, all with spaces and quotes in their names. */
function makeFolder(t: TestContext): { readonly dir: string; readonly env: NodeJS.ProcessEnv } {
  const dir = join(temporaryFolder(t), "it's here");
  const write = (path: string, text: string) => writeFileSync(join(dir, path), text, { mode: 0o755 });
  for (const folder of ['bin', 'the jobs/the rows', "the project's", '-jobs/the rows'])
    mkdirSync(join(dir, folder), { recursive: true });
  write('my train', PROGRAM);
  write("the project's/train.sh", PROGRAM);
  write("the project's/Dockerfile", 'FROM optml\nCOPY . /opt/ml/code\nENV SAGEMAKER_PROGRAM=train.sh\n');
  write('the jobs/job.json', jobFile());
  write('the jobs/of project.json', jobFile("file://../the project's"));
  write('-jobs/job.json', jobFile());
  for (const folder of ['the jobs', '-jobs']) write(`${folder}/the rows/a.csv`, '1\n');
  write('bin/optml', `#!/bin/sh\nexec '${process.execPath}' '${OPTML}' "$@"\n`);
  const path = `${join(dir, 'bin')}:${process.env['PATH']}`;
  return { dir, env: { PATH: path, HOME: dir, OPTML_HOME: join(dir, 'the home') } };
}

const CASES: ReadonlyArray<readonly [title: string, args: readonly string[]]> = [
  ['a command with options', ['--command', `'./my train' "an argument" ''`, '--timeout', '90', '--long', 'steps=9']],
  ['a command with a job', ['--command', '"./my train"', '--job', 'the jobs/job.json', '--engine', 'process']],
  ['a job whose path begins with a dash', ['--command', '"./my train"', '--job=-jobs/job.json', '--strict']],
  ['a project', ["the project's", '--engine', 'process', '--pull', 'never']],
  ['a job that names the project', ['--job', 'the jobs/of project.json', '--engine', 'process']],
];

suite('the command that repeats a run', { concurrency: 2 }, () => {
  for (const [title, args] of CASES) {
    test(`finds the same: ${title}`, (t) => {
      const { dir, env } = makeFolder(t);
      const given = [...args, '--failing', `mode=${MODE}`, '--failing=-x=', '--only', CHECK, '--verbose'];
      const first = spawnSync('optml', ['validate', ...given], { cwd: dir, env, encoding: 'utf8' });
      assert.equal(first.status, 1, first.stdout + first.stderr);
      const shown = evidenceIn(first.stdout);
      // The program got the hyperparameters of the failing job.
      assert.ok(shown.includes(JSON.stringify(MODE).slice(1, -1)), first.stdout);
      const [, command = ''] = /^ +\$ (optml validate .*)$/m.exec(first.stdout) ?? [];
      const again = spawnSync('sh', ['-c', command], { cwd: dir, env, encoding: 'utf8' });
      assert.equal(again.status, 1, `${command}\n${again.stdout}${again.stderr}`);
      assert.equal(evidenceIn(again.stdout), shown);
    });
  }
});

/** The finding with its evidence, and the command in it. */
function evidenceIn(stdout: string): string {
  const [finding] = new RegExp(`^\\S+ must {2}${CHECK}[\\s\\S]*?\\n {4}Why:`, 'm').exec(stdout) ?? [];
  return (finding ?? '').replaceAll(/\d+-\d+-\d+T[\d:.]+Z/g, 'TIME');
}
