import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pythonWheels } from '../../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { engineOk } from './engine.ts';
import { IMAGES } from './images.ts';

/** Builds the Python variant with MPI, as `docker/README.md` says. */
export async function buildPythonMpiImage(t: TestContext, name: string): Promise<void> {
  const variant = ['-f', join(ROOT, 'docker', 'mpi.Dockerfile'), '--build-arg', `OPTML=${IMAGES.python}`];
  await engineOk(t, 'build', '-q', '-t', name, ...variant, ROOT);
}

/** An image to build from another one. */
export interface PackagesImage {
  readonly name: string;
  readonly from: string;
  readonly requirements: readonly string[];
}

/** Builds an image with Python packages, from wheels in the cache folder. False if the test is skipped. */
export async function buildPackagesImage(
  t: TestContext,
  { name, from, requirements }: PackagesImage,
): Promise<boolean> {
  // The version of Debian's Python in the image.
  const wheels = pythonWheels(t, { version: '3.11', requirements });
  if (wheels === undefined) return false;
  const file = join(temporaryFolder(t), 'Dockerfile');
  const install = `pip install --no-index --find-links /wheels ${requirements.join(' ')}`;
  writeFileSync(file, `FROM ${from}\nRUN --mount=type=bind,target=/wheels ${install}\n`);
  await engineOk(t, 'build', '-q', '-t', name, '-f', file, wheels);
  return true;
}

/** Builds an image with files of a folder as its source in `code`, as a user's own Dockerfile does. */
export async function buildProgramImage(t: TestContext, { name, from, dir, program }: ProgramImage): Promise<void> {
  const file = join(temporaryFolder(t), 'Dockerfile');
  writeFileSync(file, `FROM ${from}\nCOPY . /opt/ml/code/\nENV SAGEMAKER_PROGRAM=${program}\n`);
  await engineOk(t, 'build', '-q', '-t', name, '-f', file, dir);
}

/** An image to build from another one and a folder with a program. */
export interface ProgramImage {
  readonly name: string;
  readonly from: string;
  readonly dir: string;
  readonly program: string;
}
