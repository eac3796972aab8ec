// Each broken image is found out by the check of its name, and by no other of those that look into images.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { STATIC_CHECKS } from '../../src/validate/checks/static-checks.ts';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { brokenFixtures } from '../support/broken-fixtures.ts';
import { ENGINE, removeProjectImages } from './support/engine.ts';

const IDS = STATIC_CHECKS.map(({ id }) => id);
const hasImage = ({ dir }: { readonly dir: string }) => existsSync(join(dir, 'Dockerfile'));
// Checks of the request look into no image: `test/validate` has their fixtures.
const OF_REQUEST = brokenFixtures()
  .filter((fixture) => !hasImage(fixture))
  .map(({ id }) => id);
const FIXTURES = brokenFixtures().filter((fixture) => IDS.includes(fixture.id) && hasImage(fixture));

after(() => removeProjectImages(FIXTURES.map(({ dir }) => dir)));

test('every check of images has an image that it finds out', () => {
  const expected = IDS.filter((id) => !OF_REQUEST.includes(id) || FIXTURES.some((fixture) => fixture.id === id));
  assert.deepEqual(FIXTURES.map(({ id }) => id).sort(), expected.sort());
});

for (const { id, dir, job, alsoFails, variables } of FIXTURES) {
  test(`the image that is broken by "${id}" fails that check alone`, async () => {
    const options = { engine: ENGINE, only: IDS, variables: { ...process.env, ...variables } };
    const report = await validateImage({ project: dir, job, ...options });
    const failed = report.checks.filter(({ status }) => status === 'fail').map((check) => check.id);
    assert.deepEqual([...failed].sort(), [id, ...alsoFails].sort());
    const unknown = report.checks.filter(({ status }) => status === 'unknown').map((check) => check.verdict);
    assert.deepEqual(unknown, []);
  });
}
