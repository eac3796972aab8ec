import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentArguments, passEnvironment } from '../../../../src/engines/container/container-environment.ts';

test('values go through the environment of the command line, by name', () => {
  const passed = passEnvironment({ TOKEN: 'secret', TEXT: 'a\nb', AWS_REGION: 'us-east-1' });
  assert.deepEqual(passed.variables, { TOKEN: 'secret', TEXT: 'a\nb', AWS_REGION: 'us-east-1' });
  assert.deepEqual(environmentArguments(passed, '/f'), ['--env', 'TOKEN', '--env', 'TEXT', '--env', 'AWS_REGION']);
});

test('what would steer the command line goes through a file', () => {
  const names = [
    'PATH',
    'HOME',
    'DOCKER_HOST',
    'CONTAINER_HOST',
    'CONTAINERS_CONF',
    'LD_PRELOAD',
    'https_proxy',
    'GODEBUG',
  ];
  const passed = passEnvironment(Object.fromEntries(names.map((name) => [name, 'v'])));
  assert.deepEqual(passed.variables, {});
  assert.equal(passed.fileText, names.map((name) => `${name}=v\n`).join(''));
  assert.deepEqual(environmentArguments(passed, '/f'), ['--env-file', '/f']);
});

test('a line break in one of these is refused', () => {
  assert.throws(() => passEnvironment({ PATH: '/a\n/b' }), { code: 'SETTING_INVALID', where: 'Environment.PATH' });
});
