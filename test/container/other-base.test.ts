// A whole build on a base of a team's own.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { VERSION } from '../support/version.ts';
import { engineOk, removeImages, shellIn } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

test('the base is an argument of the build, and is not changed', async (t) => {
  const [base, image] = ['optml-test:other-base', 'optml-test:on-other-base'];
  t.after(() => removeImages(image, base));
  const context = temporaryFolder(t);
  writeFileSync(join(context, 'Dockerfile'), `FROM ${IMAGES.base}\nRUN echo mine > /marker\n`);
  await engineOk(t, 'build', '-t', base, context);
  await engineOk(t, 'build', '-t', image, '--build-arg', `BASE=${base}`, ROOT);
  const { stdout } = await shellIn(t, image, 'cat /marker; optml --version');
  assert.equal(stdout, `mine\n${VERSION}\n`);
});
