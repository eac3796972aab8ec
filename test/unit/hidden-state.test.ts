import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const SRC = join(ROOT, 'src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/**
 * The only files, or folders, that name the process's environment or working directory, and why. Everything else is given
 * them, so that one process can run several jobs.
 */
const READERS: Readonly<Record<string, string>> = {
  'bin/optml.ts': 'the command: passes the environment on',
  'bin/train.ts': 'the command: passes the environment on',
  'bin/waiting-train.ts': 'takes over the environment and the working directory of the train that it stands for',
  'cli/init-command.ts': 'prints a path relative to the working directory',
  'cli/init/project-test.ts': 'the text of a test that `optml init` writes',
  'cli/view/run-view.ts': 'NO_COLOR, for a terminal of this process; paths relative to the working directory',
  'cli/view/state-colour.ts': 'NO_COLOR, for a terminal of this process',
  'endpoint/index.ts': 'public function: process.env by default, as documented',
  'algorithm/run/job-input.ts': 'the job of the process that runs the algorithm',
  'archive/lazy-archive.ts': 'public function: process.env by default, as documented',
  'estimator/open-session.ts': 'public classes: process.env by default, as documented',
  'local/lazy-run-training-job.ts': 'public function: process.env by default, as documented',
  'validate/lazy-validate-image.ts': 'public function: process.env by default, as documented',
  'training/channel-pipe.ts': "the script's library: the environment is the script's own",
  'training/on-stop.ts': "the script's library: the environment is the script's own",
  'training/script-environment.ts': "the script's library: the environment is the script's own",
  'training/script-hyperparameters.ts': "the script's library: the environment is the script's own",
  'training/local-folders.ts': "the script's library: the working directory is the script's own",
  'algorithms/kmeans/train-kmeans.ts': "the script of a job: the environment is the script's own",
  'algorithms/linear-learner/train-linear-learner.ts': "the script of a job: the environment is the script's own",
  'algorithms/xgboost/run-python.ts': "the script of a job: the environment is the script's own",
  'node-hooks/run-module.ts': 'a program of its own: a module is found from its working directory',
};

const PROCESS_STATE = /\bprocess\.(?:env|cwd|chdir)\b/;

/** The code of a file without its comments, which may name what a caller passes. */
function codeOf(file: string): string {
  const text = readFileSync(join(SRC, file), 'utf8');
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

test('only listed files read the environment or the working directory of the process', () => {
  assert.ok(FILES.length > 50, 'the sources were found');
  const readers = FILES.filter((file) => PROCESS_STATE.test(codeOf(file)));
  assert.deepEqual(readers.sort(), Object.keys(READERS).sort());
});

/** The files that resolve a path against the working directory, and why. Everything else gets absolute paths. */
const RESOLVERS: Readonly<Record<string, string>> = {
  'cli/cloud/open-cloud.ts': 'a command: the project in the working directory',
  'cli/cloud/submit-command.ts': 'a command: its arguments',
  'cli/deliver/deliver-command.ts': 'a command: its arguments',
  'cli/endpoint/endpoint-command.ts': 'a command: its arguments',
  'cli/init-command.ts': 'a command: its arguments',
  'cli/options/job-request.ts': 'a command: its arguments',
  'cli/options/report-file.ts': 'a command: its arguments',
  'cli/pack-command.ts': 'a command: its arguments',
  'cli/run/run-target.ts': 'a command: its arguments',
  'cli/run-command.ts': 'a command: its arguments',
  'cli/unpack-command.ts': 'a command: its arguments',
  'cli/validate-command.ts': 'a command: its arguments',
  'endpoint/index.ts': 'public function: relative paths count from the working directory, as documented',
  'config/base-directory.ts': 'train runs one job in a process of its own: SAGEMAKER_BASE_DIR',
  'entry-point/source/source.ts': 'train runs one job in a process of its own: SAGEMAKER_SUBMIT_DIRECTORY',
  'estimator/open-session.ts': 'public classes: relative paths count from the working directory, as documented',
  'local/lazy-run-training-job.ts': 'public function: relative paths count from the working directory, as documented',
  'validate/lazy-validate-image.ts': 'public function: relative paths count from the working directory, as documented',
};

test('only listed files resolve a path against the working directory', () => {
  const resolvers = FILES.filter((file) => {
    const code = codeOf(file);
    // `resolve` of at most one argument counts from the working directory.
    const importsResolve = /import \{[^}]*\bresolve\b[^}]*\} from 'node:path'/.test(code);
    return importsResolve && /(?<![.\w])resolve\((?!\))[^(),]+\)/.test(code);
  });
  assert.deepEqual(resolvers.sort(), Object.keys(RESOLVERS).sort());
});
