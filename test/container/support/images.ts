// Two runs of the suite on one engine need names of their own.
const NAME = process.env['OPTML_TEST_IMAGE_NAME'] || 'optml-test';

/** The images that the suite runs: made by `build-images.ts`, but for the base. */
export const IMAGES = {
  base: 'node:24-bookworm-slim',
  cpu: `${NAME}:cpu`,
  python: `${NAME}:python`,
  mpi: `${NAME}:mpi`,
  gpu: `${NAME}:gpu`,
} as const;

/** A variant of the image. */
export type Variant = Exclude<keyof typeof IMAGES, 'base'>;

/** The substitute for CUDA: all steps of the GPU image run on it, but no CUDA is there. Like CUDA's bases it brings no Node. */
export const CUDA_STAND_IN = 'debian:bookworm-slim';

const FROM_CPU = ['--build-arg', `OPTML=${IMAGES.cpu}`];

/** Arguments of `docker build` for each variant, in the order in which they build on one another, in the repository's root. */
export const BUILD_ARGUMENTS: Readonly<Record<Variant, readonly string[]>> = {
  cpu: ['-f', 'Dockerfile'],
  python: ['-f', 'docker/python.Dockerfile', ...FROM_CPU],
  mpi: ['-f', 'docker/mpi.Dockerfile', ...FROM_CPU],
  gpu: ['-f', 'docker/gpu.Dockerfile', ...FROM_CPU, '--build-arg', `CUDA=${CUDA_STAND_IN}`],
};

/** An image that builds on those above. */
export type PackagesImage = 'tfjs' | 'sklearn' | 'pytorch' | 'xgboost' | 'kmeans' | 'linear-learner';

/** Images of frameworks and algorithms, in the order in which they are built. */
export const PACKAGES_IMAGES: readonly PackagesImage[] = [
  'tfjs',
  'sklearn',
  'pytorch',
  'xgboost',
  'kmeans',
  'linear-learner',
];

/** Those with Python packages, which are built from wheels in the cache folder. */
export const WITH_WHEELS: ReadonlySet<string> = new Set<PackagesImage>(['sklearn', 'pytorch', 'xgboost']);

/** The name of such an image. */
export function packagesImage(name: PackagesImage): string {
  return `${NAME}:${name}`;
}

/** The image from which those are built. */
export const WHEELS_IMAGE = `${NAME}:wheels`;

/** Arguments of `docker build` for such an image. */
export function packagesArguments(name: PackagesImage): readonly string[] {
  if (name === 'tfjs') return ['-f', 'docker/tfjs.Dockerfile', ...FROM_CPU];
  if (WITH_WHEELS.has(name)) {
    const wheels = ['--build-arg', `WHEELS=${WHEELS_IMAGE}`, '--build-arg', 'PIP_NO_INDEX=1'];
    return ['-f', `docker/${name}.Dockerfile`, '--build-arg', `OPTML=${IMAGES.python}`, ...wheels];
  }
  return ['-f', 'docker/algorithm.Dockerfile', ...FROM_CPU, '--build-arg', `ALGORITHM=${name}`];
}

/** Files and folders in the repository that the images are built from: the build context, as `.dockerignore` selects it. */
export const BUILD_INPUTS = [
  '.build',
  '.dockerignore',
  'CHANGELOG.md',
  'Dockerfile',
  'LICENSE',
  'README.md',
  'docker',
  'package-lock.json',
  'package.json',
  'src',
  'tsconfig.json',
] as const;

/** The variants. */
export const VARIANTS = Object.keys(BUILD_ARGUMENTS) as readonly Variant[];
