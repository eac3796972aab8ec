import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRepositoryArn } from '../../../../src/entry-point/code-artifact/code-artifact-arn.ts';

test('domain, owner, region and repository are read from the ARN, in every partition (C26)', () => {
  for (const [partition, region] of [
    ['aws', 'eu-west-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-cn', 'cn-north-1'],
  ] as const) {
    const arn = `arn:${partition}:codeartifact:${region}:123456789012:repository/my-domain/My.repo_1`;
    assert.deepEqual(parseRepositoryArn(arn), {
      domain: 'my-domain',
      owner: '123456789012',
      region,
      repository: 'My.repo_1',
    });
  }
});

for (const [what, arn] of [
  ['no ARN', 'my-repository'],
  ["a domain's ARN", 'arn:aws:codeartifact:eu-west-1:123456789012:domain/models'],
  ["a package's ARN", 'arn:aws:codeartifact:eu-west-1:123456789012:package/models/training/npm//helper'],
  ['without a repository', 'arn:aws:codeartifact:eu-west-1:123456789012:repository/models'],
  ['another service', 'arn:aws:s3:eu-west-1:123456789012:repository/models/training'],
  ['a short account', 'arn:aws:codeartifact:eu-west-1:1234:repository/models/training'],
  ['a line end', 'arn:aws:codeartifact:eu-west-1:123456789012:repository/models/training\n'],
] as const) {
  test(`an ARN of another form is refused: ${what}`, () => {
    assert.throws(() => parseRepositoryArn(arn), {
      code: 'SETTING_INVALID',
      kind: 'user',
      where: 'environment variable CA_REPOSITORY_ARN',
      message:
        /^expected CA_REPOSITORY_ARN to be arn:PARTITION:codeartifact:REGION:ACCOUNT:repository\/DOMAIN\/REPOSITORY, got "/,
    });
  });
}
