// The Dockerfiles, the file that builds them all, and what documentation says of them agree. The images themselves are
// built and run by test/container.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT } from '../support/job.ts';

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const DOCKERFILES = [
  'Dockerfile',
  ...readdirSync(join(ROOT, 'docker'))
    .filter((name) => name.endsWith('.Dockerfile'))
    .map((name) => `docker/${name}`),
];

/** The build arguments of a Dockerfile that have defaults. */
function defaultsOf(dockerfile: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...read(dockerfile).matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

const allDefaults = () => Object.assign({}, ...DOCKERFILES.map(defaultsOf)) as Readonly<Record<string, string>>;

test('the version in the label of the image is that of the package', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  assert.match(read('Dockerfile'), new RegExp(`org\\.opencontainers\\.image\\.version="${version}"`));
});

test('every image has labels: its title, description and base, and from a foreign base also licence, version and commit', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const names = (own: boolean) => [
    'title',
    'description',
    'base.name',
    ...(own ? ['licenses', 'version', 'revision'] : []),
  ];
  for (const dockerfile of DOCKERFILES) {
    const text = read(dockerfile);
    const labels = new Map(
      [...text.matchAll(/org\.opencontainers\.image\.([\w.]+)="([^"]*)"/g)].map(([, name = '', value]) => [
        name,
        value,
      ]),
    );
    const isFromOptml = /^ARG OPTML=/m.test(text);
    for (const name of names(!isFromOptml)) assert.ok(labels.get(name), `${dockerfile}: ${name}`);
    if (!isFromOptml) assert.equal(labels.get('version'), version, dockerfile);
  }
});

test('docker-bake.hcl builds every Dockerfile, with the same defaults', () => {
  const bake = read('docker/docker-bake.hcl');
  const named = [...bake.matchAll(/^\s*dockerfile\s*=\s*"([^"]+)"$/gm)].map(([, name]) => name);
  assert.deepEqual(['Dockerfile', ...named].sort(), [...DOCKERFILES].sort());
  const variables = [...bake.matchAll(/^variable "(\w+)" \{\n\s*default = "([^"]*)"\n\}$/gm)];
  const given = Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value]));
  const { REGISTRY, ...others } = given;
  assert.equal(REGISTRY, '');
  const { OPTML, ...expected } = allDefaults();
  assert.equal(OPTML, 'optml', 'the name that the bake file links to its own target');
  assert.deepEqual(others, expected);
});

test('docker/README.md lists the build arguments with their defaults', () => {
  const rows = [...read('docker/README.md').matchAll(/^\| `([A-Z_]+)` \| [^|]+ \| `([^`]+)` \|/gm)];
  assert.deepEqual(Object.fromEntries(rows.map(([, name = '', value = '']) => [name, value])), allDefaults());
});

test('docker/tfjs/package.json has the version of TensorFlow.js that the build arguments name', () => {
  const { dependencies } = JSON.parse(read('docker/tfjs/package.json')) as { dependencies: Record<string, string> };
  assert.deepEqual([...new Set(Object.values(dependencies))], [defaultsOf('docker/tfjs.Dockerfile')['TFJS']]);
});

test('the target with CUDA has the same version of PyTorch', () => {
  const [, target = ''] = /^target "pytorch-gpu" \{([\s\S]*?)^\}/m.exec(read('docker/docker-bake.hcl')) ?? [];
  const { TORCH = '' } = defaultsOf('docker/pytorch.Dockerfile');
  assert.equal(/TORCH +=\s*"([^"]+)"/.exec(target)?.[1], TORCH.replace('+cpu', ''));
});

test('docker/build.sh names a target for each image of docker-bake.hcl', () => {
  const bake = read('docker/docker-bake.hcl');
  const tags = [...bake.matchAll(/\$\{REGISTRY\}optml:([a-z-]+)"/g)].map(([, tag = '']) => tag);
  const [, targets = ''] = /Targets: ([a-z -]+)"/.exec(read('docker/build.sh')) ?? [];
  assert.deepEqual(targets.split(' ').sort(), tags.filter((tag) => tag !== 'pytorch-gpu').sort());
});

/** Calls docker/build.sh with an engine that only records its arguments, and fails for the Dockerfile `failing`. */
function callBuild(t: TestContext, args: readonly string[], failing = 'none') {
  const dir = mkdtempSync(join(tmpdir(), 'optml-build-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const [engine, calls] = [join(dir, 'engine'), join(dir, 'calls')];
  const script = `#!/bin/sh\necho "$*" >> ${calls}\ncase "$*" in *"-f ${failing} "*) exit 9 ;; esac\n`;
  writeFileSync(engine, script, { mode: 0o755 });
  const env = { ...process.env, ENGINE: engine, NAME: 'my' };
  const { status } = spawnSync('sh', [join(ROOT, 'docker/build.sh'), ...args], { env });
  return { status, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') };
}

test('docker/build.sh ends with the failure of the first image', (t) => {
  const { status, calls } = callBuild(t, ['tfjs', 'python'], 'Dockerfile');
  assert.equal(status, 9);
  assert.deepEqual(calls, ['build -t my:cpu -f Dockerfile .']);
});

test('docker/build.sh passes its options on to each target, and not to the images below', (t) => {
  const { status, calls } = callBuild(t, ['python', 'tfjs', '--', '--pull', '--build-arg', 'A=b']);
  assert.equal(status, 0);
  assert.deepEqual(
    calls.filter((call) => !call.startsWith('tag ')),
    [
      'build -t my:cpu -f Dockerfile .',
      'build -t my:python -f docker/python.Dockerfile --build-arg OPTML=my:cpu --pull --build-arg A=b .',
      'build -t my:tfjs -f docker/tfjs.Dockerfile --build-arg OPTML=my:cpu --pull --build-arg A=b .',
    ],
  );
});

test('packages.txt lists packages, each with a version, for every variant that installs some, and no other', () => {
  const rows = read('docker/packages.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const row of rows) assert.match(row, /^[a-z]+ +[a-z0-9.+-]+ +(?:\d+:)?\d\S*\*(?: +#.*)?$/);
  const listed = new Set(rows.map((row) => row.split(' ', 1)[0]));
  const installed = DOCKERFILES.flatMap((name) =>
    [...read(name).matchAll(/\/usr\S+\/install-packages\.sh (\w+)/g)].map(([, variant]) => variant),
  );
  assert.deepEqual([...listed].sort(), [...new Set(installed)].sort());
});
