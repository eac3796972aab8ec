// Writes docs/validate-reports.md: what `optml validate` says of training containers that know nothing of optml. Run by
// hand, after `npm run build`: npm run bench:validate-reports. Needs docker. The programs are in
// test/local-containers/third-party; their data are made larger here, so that the jobs can be stopped.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const programs = join(root, 'test', 'local-containers', 'third-party');
const optml = join(root, 'dist', 'bin', 'optml.cjs');
const page = join(root, 'docs', 'validate-reports.md');

const HEAD = `# Reports of other people's containers

This page shows the reports of \`optml validate\` for three training containers without optml in them.
\`npm run bench:validate-reports\` writes this page. The programs are in
[test/local-containers/third-party](../test/local-containers/third-party). They are small, and similar to public examples:
they have no defects on purpose. The emulated drivers of the newer SDK have the known defects of the real ones (C92).
`;

const CASES = [
  {
    title: 'A Python program in the "bring your own" layout',
    about: 'Two programs `train` and `serve` in `/opt/program`, on `PATH`; no entrypoint, no toolkit.',
    dir: 'python',
    image: 'python',
    data: ['data/rows.csv', 400_000],
    options: ['--failing', 'max_rows=many', '--long', 'max_rows=1000000'],
  },
  {
    title: 'A program in shell',
    about: 'One file `train` in `/usr/local/bin`: it counts words.',
    dir: 'shell',
    image: 'shell',
    data: ['data/text', 1_200_000],
    options: ['--failing', 'min_length=99', '--long', 'min_length=1'],
  },
  {
    title: 'A job of the newer SDK',
    about: 'The same Python image, with a script and the channel `sm_drivers`, as ModelTrainer sends them.',
    dir: 'model-trainer',
    image: 'python',
    data: ['data/rows.csv', 2],
    options: [],
  },
];

const work = mkdtempSync(join(tmpdir(), 'optml-reports-'));
try {
  for (const image of ['python', 'shell']) run('docker', ['build', '-q', '-t', tag(image), join(programs, image)], [0]);
  writeFileSync(page, [HEAD, ...CASES.map(section)].join('\n'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function tag(image) {
  return `optml-platform-test:${image}`;
}

function section({ title, about, dir, image, data, options }) {
  const folder = join(work, dir);
  cpSync(join(programs, dir), folder, { recursive: true });
  const [file, times] = data;
  const text = readFileSync(join(folder, file), 'utf8');
  writeFileSync(join(folder, file), text.repeat(times));
  const words = ['validate', tag(image), '--job', 'job.json', ...options];
  process.stderr.write(`optml ${words.join(' ')}\n`);
  const { stdout } = run(process.execPath, [optml, ...words], [0, 1], folder);
  return `## ${title}\n\n${about}\n\n\`\`\`text\n$ optml ${words.join(' ')}\n${stdout.trimEnd()}\n\`\`\`\n`;
}

function run(file, args, codes, cwd = root) {
  const result = spawnSync(file, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (!codes.includes(result.status)) throw new Error(`${file} ${args.join(' ')}: ${result.stderr}${result.stdout}`);
  return result;
}
