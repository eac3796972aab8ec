// Programs that leave links, FIFOs, endless names and trees in the place of their files: `optml validate` follows nothing,
// changes nothing outside, always ends, and calls nothing good that it has not looked at.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { temporaryFolder } from '../support/job.ts';
import { makeOutside } from '../support/outside.ts';
import { withoutNamespaces } from '../support/process-hosts.ts';

/** What a program does in its `/opt/ml`, before it ends with 0. */
interface Attack {
  readonly name: string;
  /** Shell commands; `$OUTSIDE` is a folder that the job does not own. */
  readonly script: string;
  readonly only: readonly string[];
  /** Check → its status and the start of its verdict. */
  readonly says: Readonly<Record<string, RegExp>>;
}

// An interruption must not come between two commands.
const IN_CHECKPOINTS = 'trap "" TERM; echo m > model/m; [ -d checkpoints ] || exit 0; cd checkpoints';
const TREE = 'deep=$(printf "d/%.0s" $(seq 2000))';

const ATTACKS: readonly Attack[] = [
  {
    name: 'a link in the place of an upload marker',
    script: `${IN_CHECKPOINTS}; echo x > a; ln -sf "$OUTSIDE/file" a.sagemaker-uploaded; ln -sf "$OUTSIDE/new" b`,
    only: ['C54'],
    says: {
      'checkpoint-start': /^pass/,
      'checkpoint-resume': /^pass: it succeeds with 1 file.*, without 2 link\(s\) .*a.sagemaker-uploaded -> .*outside/,
    },
  },
  {
    name: 'links to a folder and to themselves among the checkpoints',
    script: `${IN_CHECKPOINTS}; echo x > f; ln -sfn . a; ln -sfn . b; ln -sfn "$OUTSIDE" hostdir`,
    only: ['C54'],
    says: { 'checkpoint-start': /^pass/, 'checkpoint-resume': /^pass: it succeeds with 1 file.*, without 3 link/ },
  },
  {
    name: 'only links and FIFOs as checkpoints',
    script: `${IN_CHECKPOINTS}; ln -sfn "$OUTSIDE/file" a; mkfifo b || true`,
    only: ['checkpoint-resume'],
    says: {
      'checkpoint-resume': /^unknown: it leaves no file in its checkpoints: \/opt\/ml\/checkpoints\/a -> .*outside/,
    },
  },
  {
    name: 'a link in the place of the checkpoints',
    script: 'echo m > model/m; if [ -d checkpoints ]; then rm -rf checkpoints; ln -s "$OUTSIDE" checkpoints; fi',
    only: ['checkpoint-resume'],
    says: { 'checkpoint-resume': /^unknown: \/opt\/ml\/checkpoints is a symbolic link to .*outside: nothing/ },
  },
  {
    name: 'a link in the place of the model',
    script: 'rm -rf model; ln -s "$OUTSIDE" model',
    only: ['C53'],
    says: {
      'model-left': /^fail: it reports success, and \/opt\/ml\/model is a symbolic link to .*outside$/,
      'model-links': /^fail: \/opt\/ml\/model is a symbolic link/,
      'model-repeatable': /^skipped: there is no model/,
    },
  },
  {
    name: 'a FIFO in the place of the model, and of the output',
    script: 'rm -rf model output; mkfifo model output',
    only: ['C53', 'files-in-place'],
    says: {
      'model-left': /^fail: .*\/opt\/ml\/model is a FIFO, a socket or a device$/,
      'model-links': /^fail: \/opt\/ml\/model is a FIFO/,
      'files-in-place': /^fail: .*\/opt\/ml\/model$/,
    },
  },
  {
    name: 'a FIFO and a link as the failure file',
    script:
      'echo m > model/m; rm -f output/failure; grep -q half input/config/hyperparameters.json || mkfifo output/failure; grep -q validate_text input/config/hyperparameters.json || exit 0; exit 1',
    only: ['failure-file'],
    says: { 'failure-file': /^fail: \/opt\/ml\/output\/failure is a FIFO/ },
  },
  {
    name: 'a link in the place of the output',
    script:
      'echo m > model/m; rm -rf output; ln -s "$OUTSIDE" output; grep -q validate_text input/config/hyperparameters.json && exit 1; exit 0',
    only: ['failure-file'],
    says: { 'failure-file': /^fail: \/opt\/ml\/output is a symbolic link/ },
  },
  {
    name: 'a sparse file of a terabyte',
    script: 'truncate -s 1T model/weights',
    only: ['model-repeatable', 'full-disk-model'],
    says: { 'model-repeatable': /^unknown: the bytes of \/opt\/ml\/model\/weights could not be compared/ },
  },
  {
    name: 'no permission to read the model',
    script: 'echo m > model/m; ln -s m model/l; chmod 0 model/m; chmod 0 model',
    only: ['model-links'],
    says: { 'model-links': /^fail: the model holds 1 link/ },
  },
  {
    name: 'more files than are listed',
    script: 'cd model && seq 5100 | xargs touch',
    only: ['model-links', 'model-left'],
    says: {
      'model-left': /^pass/,
      'model-links': /^unknown: not all of the model could be looked at: \/opt\/ml\/model: there are 5100 files/,
    },
  },
  {
    name: 'a tree deeper than any path',
    script: `cd model; ${TREE}; for i in 1 2; do mkdir -p $deep; cd -P $deep 2>/dev/null || exit 0; done`,
    only: ['model-links', 'model-repeatable'],
    says: {
      'model-links': /^unknown: not all of the model could be looked at: .*ENAMETOOLONG/,
      'model-repeatable': /^unknown: not all of the model could be looked at/,
    },
  },
  {
    name: 'names that a terminal would obey',
    script: `cd model; esc=$(printf '\\033]52;c;x\\007\\nA /etc'); echo x > "$esc"; ln -s "$esc" "$(printf '\\033[2K\\302\\233l')"`,
    only: ['model-links'],
    says: { 'model-links': /^fail: .*: \/opt\/ml\/model\/\\x1b\[2K\\x9bl$/ },
  },
];

/** The report on a program, as text and by check. */
async function validate(t: TestContext, { script, only }: Attack) {
  const dir = temporaryFolder(t);
  const outside = makeOutside(dir);
  const program = join(dir, 'train');
  writeFileSync(program, `#!/bin/sh\nOUTSIDE='${outside.dir}'\necho training\ncd "$SAGEMAKER_BASE_DIR"\n${script}\n`);
  chmodSync(program, 0o755);
  const home = join(dir, 'home');
  const before = outside.state();
  const report = await validateImage({
    command: [program],
    only,
    timeoutSeconds: 30,
    // With namespaces the folders are mounts, which a program cannot replace.
    variables: { PATH: withoutNamespaces(t)['PATH'], HOME: dir, OPTML_HOME: home },
  });
  assert.deepEqual(outside.state(), before, 'nothing outside has changed');
  const rest = existsSync(join(home, 'validate')) ? readdirSync(join(home, 'validate')) : [];
  assert.deepEqual(rest, [], 'nothing is left behind');
  return report;
}

suite('hostile programs', { concurrency: 2 }, () => {
  for (const attack of ATTACKS) {
    test(`${attack.name}: a finding or a reason, nothing outside changes`, { timeout: 60_000 }, async (t) => {
      const report = await validate(t, attack);
      const said = new Map(report.checks.map(({ id, status, verdict }) => [id, `${status}: ${verdict}`]));
      for (const [id, expected] of Object.entries(attack.says)) assert.match(said.get(id) ?? '', expected);
      assert.doesNotMatch(
        JSON.stringify(report),
        /\\u00[01]|\\u00[89]|\u202e/,
        'no character that a terminal would obey',
      );
    });
  }
});
