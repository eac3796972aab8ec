import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ARN, npmArchive, npmDescription, startFakeCodeArtifact, TOKEN } from '../support/fake-code-artifact.ts';
import { fakeProgram } from '../support/fakes.ts';
import { type JobSpec, makeJob, type RunResult, startTrain, temporaryFolder } from '../support/job.ts';

const PYTHON_JOB: JobSpec = {
  program: 'train.py',
  files: {
    'code/requirements.txt': 'demo==1.0\n',
    'code/train.py': 'import demo, os\nprint(demo.VALUE)\nprint(dict(os.environ))\n',
  },
};
const NODE_JOB: JobSpec = {
  program: 'train.js',
  files: {
    'code/package.json': '{"name": "app", "version": "1.0.0", "dependencies": {"helper": "^1.2.0"}}',
    'code/train.js': 'console.log(require("helper"));\nconsole.log(process.env);\n',
  },
};

function pipVariables(t: TestContext): NodeJS.ProcessEnv {
  const target = temporaryFolder(t);
  return { PIP_TARGET: target, PYTHONPATH: target, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' };
}

interface Ended extends RunResult {
  readonly base: string;
  /** Home and temporary folder of the job are in it too. */
  readonly folder: string;
}

async function run(t: TestContext, spec: JobSpec, variables: NodeJS.ProcessEnv, home: JobSpec['files'] = {}) {
  const files = {
    ...Object.fromEntries(Object.entries(home).map(([path, text]) => [`../${path}`, text])),
    ...spec.files,
  };
  const base = makeJob(t, { ...spec, files: { ...files, '../tmp/.keep': '' } });
  const folder = dirname(base);
  const job = startTrain(t, base, { TMPDIR: join(folder, 'tmp'), AWS_EC2_METADATA_DISABLED: 'true', ...variables });
  return { base, folder, ...(await job.ended) };
}

const FORMS = [TOKEN, Buffer.from(`aws:${TOKEN}`).toString('base64'), TOKEN.slice(0, 200)];

/** The token is in no output, in no file that the job left behind, and nothing is left of what was made for npm. */
function assertNoToken(result: Ended): void {
  const texts = new Map([
    ['stdout', result.stdout],
    ['stderr', result.stderr],
    ...filesBelow(result.folder).map((file) => [file, readFileSync(file, 'latin1')] as const),
  ]);
  assert.ok(texts.size > 4);
  for (const [where, text] of texts) {
    for (const form of FORMS) assert.ok(!text.includes(form), `the token is in ${where}`);
  }
  assert.deepEqual(
    readdirSync(join(result.folder, 'tmp')).filter((name) => name.startsWith('optml')),
    [],
  );
}

function filesBelow(dir: string): readonly string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.map((name) => join(dir, name)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

test('the real pip installs from the repository, and the token shows nowhere (C26)', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const result = await run(t, PYTHON_JOB, { ...fake.variables, ...pipVariables(t) });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^installed\n/);
  assert.match(
    result.stderr,
    /Packages come from CodeArtifact repository "training" of domain "models" \(owner 123456789012, region eu-west-1\)/,
  );
  // What pip writes to standard output is shown, on standard error.
  assert.match(result.stderr, /Looking in indexes: http:\/\/aws:\*+@127\.0\.0\.1/);
  assert.match(result.stderr, /Successfully installed demo-1\.0/);
  assert.deepEqual(fake.requests.slice(0, 2).sort(), [
    'GET /v1/repository/endpoint?domain=models&domain-owner=123456789012&format=pypi&repository=training',
    'POST /v1/authorization-token?domain=models&domain-owner=123456789012&duration=3600',
  ]);
  assertNoToken(result);
});

test('the index of the repository wins over one of the user for pip, extra ones stay (C26)', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const pip = {
    ...pipVariables(t),
    PIP_INDEX_URL: 'http://127.0.0.1:9/simple/',
    PIP_EXTRA_INDEX_URL: `${fake.url}/pypi/more/simple/`,
  };
  const result = await run(t, PYTHON_JOB, { ...fake.variables, ...pip });
  assert.equal(result.code, 0, result.stderr);
  assert.ok(fake.requests.includes('GET /pypi/more/simple/demo/'), fake.requests.join('\n'));
});

test('a pip that fails and tells everything does not tell the token (C26)', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const files = { ...PYTHON_JOB.files, 'code/requirements.txt': 'no-such-package-of-optml==9\n' };
  const result = await run(t, { ...PYTHON_JOB, files }, { ...fake.variables, ...pipVariables(t), PIP_VERBOSE: '3' });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /^InstallRequirementsError:\n(.|\n)*no-such-package-of-optml/);
  assertNoToken(result);
});

test('a package manager that writes the token has it masked, in both streams and in the failure file (a fake npm)', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const half = Math.floor(TOKEN.length / 2);
  const npm = fakeProgram(
    t,
    'npm',
    `printf %s "out: $(printf %s "$OPTML_CODEARTIFACT_TOKEN" | cut -c-${half})"; sleep 0.3; printf %s "$OPTML_CODEARTIFACT_TOKEN" | cut -c${half + 1}-\n` +
      'echo "Error: not with $OPTML_CODEARTIFACT_TOKEN" >&2; exit 4',
  );
  const result = await run(t, NODE_JOB, { ...fake.variables, PATH: npm.path });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /\nout: \*{6}\nError: not with \*{6}\n/);
  assert.match(result.failure ?? '', /Error: not with \*{6}/);
  assertNoToken(result);
});

test('the real npm installs from the repository, also where .npmrc names another default registry (C26)', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const files = { ...NODE_JOB.files, 'code/.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\n' };
  const result = await run(
    t,
    { ...NODE_JOB, files },
    { ...fake.variables, npm_config_registry: 'http://127.0.0.1:9/' },
  );
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^helped\n/);
  assert.ok(fake.requests.includes('GET /npm/training/helper'));
  assert.ok(
    fake.requests.some((line) => line.startsWith('GET /v1/repository/endpoint') && line.includes('format=npm')),
  );
  assertNoToken(result);
});

test('npm ci installs from the repository what the lock file names by the public registry', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const lock = {
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies: { helper: '^1.2.0' } },
      'node_modules/helper': {
        version: '1.2.0',
        resolved: 'https://registry.npmjs.org/helper/-/helper-1.2.0.tgz',
        integrity: integrityOf('helper'),
      },
    },
  };
  const files = { ...NODE_JOB.files, 'code/package-lock.json': JSON.stringify(lock) };
  const result = await run(t, { ...NODE_JOB, files }, fake.variables);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^helped\n/);
});

function integrityOf(name: string): string {
  return JSON.parse(npmDescription(name, '')).versions['1.2.0'].dist.integrity;
}

test("a scope keeps the registry and the token of the user's own .npmrc files, and never gets the repository's token", async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const asked: Array<string | undefined> = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const archive = npmArchive('@acme/own', 'own');
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    response.end(request.url?.endsWith('.tgz') ? archive : npmDescription('@acme/own', registry, archive));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const job: JobSpec = {
    program: 'train.js',
    files: {
      'code/package.json': '{"dependencies": {"helper": "^1.2.0", "@acme/own": "1.2.0"}}',
      'code/.npmrc': `@acme:registry=http://127.0.0.1:${port}/\n`,
      'code/train.js': 'console.log(require("helper"), require("@acme/own"));',
    },
  };
  const home = { '.npmrc': `//127.0.0.1:${port}/:_authToken=the-users-own` };
  const result = await run(t, job, fake.variables, home);
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'helped own\n');
  assert.deepEqual([...new Set(asked)], ['Bearer the-users-own']);
});

for (const manager of ['npm', 'pnpm', 'yarn'] as const) {
  test(`the token is in no file while the package manager runs, and what the user set for it is kept: ${manager} (a fake one shows its settings)`, async (t) => {
    const fake = await startFakeCodeArtifact(t);
    const shown = fakeProgram(
      t,
      manager,
      'cat "$npm_config_userconfig" >&2; stat -c "mode %a" "$NPM_CONFIG_USERCONFIG" >&2',
    );
    const manifest = `{"packageManager": "${manager}@1.0.0", "dependencies": {"helper": "^1.2.0"}}`;
    const files = { 'code/package.json': manifest, 'code/train.js': 'console.log("trained")' };
    const result = await run(
      t,
      { program: 'train.js', files },
      { ...fake.variables, PATH: shown.path },
      { '.npmrc': 'proxy=x' },
    );
    assert.equal(result.code, 0, result.stderr);
    const location = `${fake.url.slice('http:'.length)}/npm/training/`;
    const always = manager === 'yarn' ? `${location}:always-auth=true\n` : '';
    assert.ok(
      result.stderr.includes(`proxy=x\n${location}:_authToken=\${OPTML_CODEARTIFACT_TOKEN}\n${always}mode 600\n`),
      result.stderr,
    );
    assertNoToken(result);
  });
}

test('nothing is requested if there is nothing to install', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const files = { 'code/train.sh': 'echo ran\n' };
  const result = await run(t, { program: 'train.sh', files }, { ...fake.variables, CA_REPOSITORY_ARN: 'no ARN' });
  assert.equal(result.stdout, 'ran\n', result.stderr);
  assert.deepEqual(fake.requests, []);
});

test('an ARN that is none is an error that names the variable, the value and the form', async (t) => {
  const result = await run(t, PYTHON_JOB, { CA_REPOSITORY_ARN: 'my-repository' });
  assert.equal(result.code, 1);
  assert.equal(
    result.failure,
    'UserError SETTING_INVALID: expected CA_REPOSITORY_ARN to be arn:PARTITION:codeartifact:REGION:ACCOUNT:repository/DOMAIN/REPOSITORY, got "my-repository"\n' +
      'Where: environment variable CA_REPOSITORY_ARN\n' +
      'Fix: Copy the ARN of the repository, not of its domain or of a package, or leave the variable out.',
  );
});

const WHERE = String.raw`repository "training" of domain "models" \(owner 123456789012, region eu-west-1\)`;

for (const [type, status, fix] of [
  [
    'AccessDeniedException',
    403,
    /Fix: Allow the job's role codeartifact:GetAuthorizationToken on domain "models", codeartifact:GetRepositoryEndpoint and codeartifact:ReadFromRepository on repository "training", and sts:GetServiceBearerToken\.$/,
  ],
  ['ResourceNotFoundException', 404, /Fix: Correct the domain, owner, repository or region in the ARN\.$/],
  ['ExpiredTokenException', 403, /Fix: Renew the credentials of the job/],
] as const) {
  test(`what CodeArtifact refuses is an error that says what to do: ${type}`, async (t) => {
    const fake = await startFakeCodeArtifact(t, () => ({ status, type }));
    const result = await run(t, PYTHON_JOB, fake.variables);
    assert.equal(result.code, 1);
    const first = `^InfrastructureError CODEARTIFACT_FAILED: CodeArtifact gave no access to ${WHERE}: ${type}: ${type} of the fake\n`;
    assert.match(result.failure ?? '', new RegExp(first));
    assert.match(result.failure ?? '', fix);
    assert.doesNotMatch(result.stderr, /\n +at /);
  });
}

test('a repository that does not exist is such an error too, though the domain does', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const result = await run(t, PYTHON_JOB, { ...fake.variables, CA_REPOSITORY_ARN: ARN.replace('training', 'other') });
  assert.match(
    result.failure ?? '',
    /CODEARTIFACT_FAILED: .* repository "other" of domain "models" .*: ResourceNotFoundException/,
  );
});

test('a job without credentials gets an error with their sources', async (t) => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...variables } = (await startFakeCodeArtifact(t)).variables;
  const result = await run(t, PYTHON_JOB, variables);
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /CODEARTIFACT_FAILED: .*: CredentialsProviderError: /);
  assert.match(result.failure ?? '', /Fix: Run the job with an execution role; elsewhere give AWS_ACCESS_KEY_ID/);
});

test('a service that fails at first is asked again', async (t) => {
  const fake = await startFakeCodeArtifact(t, (_path, attempt) =>
    attempt <= 2 ? { status: 500, type: 'InternalServerException' } : undefined,
  );
  const result = await run(t, PYTHON_JOB, { ...fake.variables, ...pipVariables(t) });
  assert.equal(result.code, 0, result.stderr);
});

test('a service that cannot be reached is an error that names the network', async (t) => {
  const fake = await startFakeCodeArtifact(t);
  const result = await run(t, NODE_JOB, { ...fake.variables, AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:9' });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /CODEARTIFACT_FAILED: .*ECONNREFUSED/);
  assert.match(result.failure ?? '', /Fix: Check the network: in a VPC/);
});

test('a stop ends the waiting for a service that does not answer', async (t) => {
  const asked: string[] = [];
  const fake = await startFakeCodeArtifact(t, (path) => {
    asked.push(path);
    // Both requests are out.
    if (asked.length === 2) job.child.kill('SIGTERM');
    return 'no answer';
  });
  const job = startTrain(t, makeJob(t, PYTHON_JOB), fake.variables);
  const result = await job.ended;
  assert.equal(result.code, 143, result.stderr);
  assert.match(result.failure ?? '', /STOPPED: the job was stopped by SIGTERM/);
});
