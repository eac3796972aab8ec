// The CPU image as it stands: how it is started, what it holds, what a program in it finds.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { ROOT } from '../support/job.ts';
import { VERSION } from '../support/version.ts';
import { engineOk, runIn, shellIn } from './support/engine.ts';
import { CUDA_STAND_IN, IMAGES, VARIANTS } from './support/images.ts';

interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Healthcheck?: unknown;
  readonly ExposedPorts?: unknown;
  readonly Volumes?: unknown;
  readonly Labels: Readonly<Record<string, string>>;
}

async function configOf(t: TestContext, image: string): Promise<ImageConfig> {
  const [found] = JSON.parse(await engineOk(t, 'image', 'inspect', image)) as readonly { Config: ImageConfig }[];
  assert.ok(found);
  return found.Config;
}

describe('the image', { concurrency: 2 }, () => {
  for (const variant of VARIANTS) {
    test(`${variant}: tini is PID 1 with a program behind it, and train the default (C1, C2, C4)`, async (t) => {
      const config = await configOf(t, IMAGES[variant]);
      assert.deepEqual(config.Entrypoint, ['tini', '--', 'optml-entrypoint']);
      assert.deepEqual(config.Cmd, ['train']);
      assert.ok(!config.User || config.User === 'root', 'root, as the platform expects');
      assert.ok(!config.WorkingDir || config.WorkingDir === '/', 'the platform starts at /');
      for (const absent of [config.Healthcheck, config.ExposedPorts, config.Volumes]) assert.ok(!absent);
      const { stdout } = await shellIn(t, IMAGES[variant], 'tr "\\0" " " < /proc/1/cmdline; echo; cat /proc/1/comm');
      assert.match(stdout, /^tini -- optml-entrypoint sh -ec .*\ntini\n$/s);
    });
  }

  const LABELS = {
    cpu: { title: 'optml', about: 'for TypeScript, JavaScript and shell', base: IMAGES.base },
    python: { title: 'optml-python', about: 'with Python', base: IMAGES.cpu },
    mpi: { title: 'optml-mpi', about: 'with Open MPI', base: IMAGES.cpu },
    gpu: { title: 'optml-gpu', about: 'with CUDA', base: CUDA_STAND_IN },
  } as const;
  for (const variant of VARIANTS) {
    test(`${variant}: carries OCI labels, with the version of the package`, async (t) => {
      const { Labels: labels } = await configOf(t, IMAGES[variant]);
      const named = Object.entries(labels)
        .filter(([name]) => name.startsWith('org.opencontainers.image.'))
        .map(([name, value]) => [name.slice('org.opencontainers.image.'.length), value]);
      const { title, about, base } = LABELS[variant];
      assert.deepEqual(Object.fromEntries(named), {
        title,
        description: `Training runtime for Amazon SageMaker, ${about}`,
        licenses: 'Apache-2.0',
        version: VERSION,
        revision: 'unknown',
        'base.name': base,
      });
    });
  }

  test('adds at most 60 MB to its base, and what docker/README.md says', async (t) => {
    const readme = readFileSync(join(ROOT, 'docker', 'README.md'), 'utf8');
    const sizeOf = async (image: string) =>
      Number(await engineOk(t, 'image', 'inspect', '-f', '{{.Size}}', image)) / 1e6;
    const bases = { cpu: IMAGES.base, python: IMAGES.cpu, mpi: IMAGES.cpu, gpu: CUDA_STAND_IN };
    for (const variant of VARIANTS) {
      const added = (await sizeOf(IMAGES[variant])) - (await sizeOf(bases[variant]));
      const row = variant === 'cpu' ? '`optml`' : `\`optml:${variant}\``;
      const output = Number(new RegExp(`^\\| ${row} \\|[^|]+\\| (\\d+) MB to `, 'm').exec(readme)?.[1]);
      // Engines count a little differently, and Debian's packages grow.
      assert.ok(Math.abs(added - output) <= 0.1 * output + 1, `${variant} adds ${added} MB, the page says ${output}`);
      if (variant === 'cpu') assert.ok(added <= 60, `${added} MB`);
    }
  });

  test('started without a command runs the training job, and says what is missing', async (t) => {
    const nothing = await runIn(t, IMAGES.cpu, []);
    const train = await runIn(t, IMAGES.cpu, ['train']);
    for (const { code, stderr } of [nothing, train]) {
      assert.equal(code, 1);
      assert.match(stderr, /UserError CONFIG_MISSING: \/opt\/ml\/input\/config\/resourceconfig\.json does not exist\n/);
    }
  });

  test('started with a command runs it, with options asks optml, and with an unknown word reports it', async (t) => {
    const bash = await runIn(t, IMAGES.cpu, ['bash', '-c', 'echo "$BASH_VERSION" "$1"', 'bash', 'a  b']);
    assert.match(bash.stdout, /^5\.\S+ a {2}b\n$/);
    assert.equal((await runIn(t, IMAGES.cpu, ['--version'])).stdout, `${VERSION}\n`);
    assert.equal((await runIn(t, IMAGES.cpu, ['node', '-p', '6 * 7'])).stdout, '42\n');
    assert.equal((await runIn(t, IMAGES.cpu, ['sh', '-c', 'exit 9'])).code, 9);
    const serve = await runIn(t, IMAGES.cpu, ['serve']);
    assert.equal(serve.code, 127);
    assert.match(serve.stderr, /^optml: there is no command 'serve' in this image\. 'train' runs the training job/m);
    assert.equal((await runIn(t, IMAGES.cpu, ['cd'])).code, 127);
  });

  test('runs train where the entry point is replaced, in all three ways of ContainerEntrypoint (C3)', async (t) => {
    const missing = /CONFIG_MISSING/;
    assert.match((await runIn(t, IMAGES.cpu, [], ['--entrypoint', 'train'])).stderr, missing);
    assert.match((await runIn(t, IMAGES.cpu, ['-c', 'train'], ['--entrypoint', 'bash'])).stderr, missing);
    assert.match((await runIn(t, IMAGES.cpu, ['optml', 'train'])).stderr, missing);
  });

  test('behind the init of the engine itself nothing complains', async (t) => {
    const { code, stdout, stderr } = await shellIn(t, IMAGES.cpu, 'echo started', ['--init']);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'started\n' });
    assert.doesNotMatch(stderr, /tini/i);
  });

  test('holds what training needs on PATH, and no compiler, downloader or Python', async (t) => {
    const wanted = ['train', 'optml', 'tini', 'igzip', 'node', 'npm', 'bash', 'tar', 'gzip'];
    const unwanted = ['python3', 'gcc', 'make', 'git', 'curl', 'wget', 'sshd', 'tsc', 'esbuild', 'biome'];
    const script = 'for name in "$@"; do command -v "$name" >/dev/null && echo "$name"; done; true';
    const { stdout } = await runIn(t, IMAGES.cpu, ['sh', '-c', script, 'sh', ...wanted, ...unwanted]);
    assert.deepEqual(stdout.trim().split('\n'), wanted);
  });

  test('holds the locked versions of the packages that optml depends on, and no others', async (t) => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, { version: string; dev?: boolean; optional?: boolean }>>;
    };
    const locked = Object.entries(lock.packages)
      .filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional)
      .map(([path, entry]) => `${path}@${entry.version}`);
    const script = `const { readdirSync, readFileSync } = require('node:fs');
process.chdir('/usr/local/lib/node_modules/optml');
for (const file of readdirSync('node_modules', { recursive: true })) {
  if (!/^(@[^/]+\\/)?[^/@]+(\\/node_modules\\/(@[^/]+\\/)?[^/@]+)*\\/package.json$/.test(file)) continue;
  const path = 'node_modules/' + file.slice(0, -'/package.json'.length);
  console.log(path + '@' + JSON.parse(readFileSync('node_modules/' + file)).version);
}`;
    const { stdout, stderr } = await runIn(t, IMAGES.cpu, ['node', '-e', script]);
    const found = stdout.trim().split('\n');
    assert.deepEqual(
      locked.filter((entry) => !found.includes(entry)),
      [],
      stderr,
    );
    // Beside them lies what is optional and made for this machine: esbuild's program.
    const others = found.filter((entry) => !locked.includes(entry));
    assert.match(others.join('\n'), /^node_modules\/@esbuild\/linux-\w+@[\d.]+$/);
  });

  test('holds no leftovers of its build', async (t) => {
    const places =
      '/src /image /tmp /root/.npm /root/.cache /var/lib/apt/lists /var/cache/apt /var/log/apt /var/log/dpkg.log';
    const leftIn = async (image: string) =>
      (await shellIn(t, image, `find ${places} -mindepth 1 2>/dev/null || true`)).stdout.split('\n');
    const inBase = await leftIn(IMAGES.base);
    assert.deepEqual(
      (await leftIn(IMAGES.cpu)).filter((path) => !inBase.includes(path)),
      [],
    );
  });
});

const USES_OPTML = "trainingEnvironment().isTrainingJob === false && typeof DEFAULT_BASE_DIR === 'string'";

describe("import 'optml' in /opt/ml/code", { concurrency: 2 }, () => {
  const programs = {
    'a.mjs': `import { trainingEnvironment } from 'optml'; import { DEFAULT_BASE_DIR } from 'optml/contract'; console.log(${USES_OPTML});`,
    'b.cjs': `const { trainingEnvironment } = require('optml'); const { DEFAULT_BASE_DIR } = require('optml/contract'); console.log(${USES_OPTML});`,
    'c.mts': `import { trainingEnvironment } from 'optml'; import { DEFAULT_BASE_DIR } from 'optml/contract'; const ok: boolean = ${USES_OPTML}; console.log(ok);`,
  };
  const write = Object.entries(programs).map(([name, text]) => `cat > ${name} <<'EOF'\n${text}\nEOF\n`);
  const script = `cd /opt/ml/code\n${write.join('')}for file in a.mjs b.cjs c.mts; do node $file; done`;

  test('works without train', async (t) => {
    const { stdout, stderr } = await shellIn(t, IMAGES.cpu, script);
    assert.equal(stdout, 'true\ntrue\ntrue\n', stderr);
    assert.doesNotMatch(stderr, /warning/i);
  });

  test('works where the whole of /opt/ml is mounted', async (t) => {
    const options = ['--tmpfs', '/opt/ml'];
    const { stdout, stderr } = await shellIn(t, IMAGES.cpu, `mkdir -p /opt/ml/code; ${script}`, options);
    assert.equal(stdout, 'true\ntrue\ntrue\n', stderr);
  });

  test('still works after npm has installed something there by hand, without a package.json', async (t) => {
    const helper = `mkdir /tmp/helper; echo '{"name": "helper", "version": "1.0.0"}' > /tmp/helper/package.json`;
    const install = 'npm install --offline --install-links --no-audit --no-fund /tmp/helper >/dev/null';
    const check = 'node -p "require(\'helper/package.json\').version"';
    const { stdout, code, stderr } = await shellIn(
      t,
      IMAGES.cpu,
      `${helper}\ncd /opt/ml/code\n${install}\n${check}\n${script}`,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '1.0.0\ntrue\ntrue\ntrue\n');
  });
});
