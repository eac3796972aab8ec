import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  describeStartFailure,
  lacksBaseImage,
  loginCommand,
  missingImage,
  pullError,
} from '../../../../src/engines/container/container-errors.ts';

const cli = { name: 'docker', command: ['docker'], variables: {} } as const;
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1';

suite('an image that cannot be pulled', () => {
  test('from a private registry of ECR: the login that it wants', () => {
    const error = pullError(cli, ECR, 'Error response from daemon: Head "https://…": no basic auth credentials\n');
    assert.equal(error.code, 'IMAGE_UNAVAILABLE');
    assert.equal(error.message, `the registry refused to give out the image ${ECR}`);
    assert.equal(
      error.fix,
      'Log in first: aws ecr get-login-password --region eu-west-1 | ' +
        'docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    );
  });

  test('that does not exist', () => {
    const output = 'Error response from daemon: manifest for app:2 not found: manifest unknown: manifest unknown';
    const error = pullError(cli, 'app:2', output);
    assert.equal(error.message, 'there is no image app:2');
    assert.equal(error.where, output);
    assert.match(error.fix ?? '', /^Check its name and tag\..*: docker login$/);
  });

  test('the base image, which no registry has: the command that builds it', () => {
    for (const error of [pullError(cli, 'optml', 'pull access denied for optml'), missingImage(cli, 'optml')]) {
      assert.equal(error.message, 'the base image optml is not on this machine');
      assert.equal(
        error.fix,
        'Build it in a clone of optml: "docker build -t optml .". To run without a container, use --engine process.',
      );
    }
  });

  test('for any other reason', () => {
    const error = pullError(cli, 'app', 'dial tcp: lookup registry-1.docker.io: no such host');
    assert.equal(error.message, 'the image app could not be pulled');
  });
});

test('a build that lacks the base image is recognized', () => {
  const lacking = [
    'pull access denied for optml, repository does not exist or may require docker login',
    'failed to solve: optml: failed to resolve source metadata for docker.io/library/optml:latest: pull access denied',
    'Error: creating build container: short-name "optml" did not resolve to an alias',
    'Error: initializing source docker://optml:latest: reading manifest latest in docker.io/library/optml: denied',
  ];
  for (const output of lacking) assert.ok(lacksBaseImage(output), output);
  const others = [
    'pull access denied for optml-mine, repository does not exist',
    '#5 [1/2] FROM docker.io/library/optml:latest\n#6 [2/2] RUN npm ci\nexit code: 1',
  ];
  for (const output of others) assert.ok(!lacksBaseImage(output), output);
});

test('the login of a registry', () => {
  assert.equal(loginCommand(cli, 'ghcr.io/me/app'), 'docker login ghcr.io');
  assert.equal(loginCommand({ ...cli, name: 'podman' }, 'localhost:5000/app'), 'podman login localhost:5000');
  assert.equal(loginCommand(cli, 'me/app'), 'docker login');
});

suite('a container that could not be started, in words', () => {
  const cases = [
    {
      engine: 'docker',
      said: 'docker: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH: unknown.',
      words: 'the image app has no program "serve" on its PATH',
    },
    {
      engine: 'podman with crun',
      said: 'Error: crun: executable file `serve` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found',
      words: 'the image app has no program "serve" on its PATH',
    },
    {
      engine: 'nerdctl',
      said: 'time="2026-01-01T00:00:00Z" level=fatal msg="failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \\"/bin/serve\\": stat /bin/serve: no such file or directory: unknown"',
      words: 'the image app has no program "/bin/serve"',
    },
    {
      engine: 'docker',
      said: 'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /x.\nSee \'docker run --help\'.',
      words: 'invalid mount config for type "bind": bind source path does not exist: /x.',
    },
    { engine: 'docker', said: '', words: 'the engine said nothing about why' },
  ];
  for (const { engine, said, words } of cases) {
    test(`${engine}: ${words}`, () => assert.equal(describeStartFailure('app', said), words));
  }
});
