// Builds the images that the container tests run, or removes them. An image also gets a tag with the hash of its inputs: an
// image whose inputs have not changed since an earlier run is not built again.
//
//   node --import tsx test/container/build-images.ts [ENGINE] [--from-docker] [--remove] [--packages] [VARIANT...]
//
// --from-docker: copy the images that docker has instead of building them once more. --packages: the images of frameworks and
// algorithms, which build on the variants.
import { spawnSync } from 'node:child_process';
import { hashOf } from '../../.build/source-hash.mjs';
import { ROOT } from '../support/job.ts';
import {
  VARIANTS as ALL,
  BUILD_ARGUMENTS,
  BUILD_INPUTS,
  IMAGES,
  PACKAGES_IMAGES,
  packagesArguments,
  packagesImage,
  WITH_WHEELS,
} from './support/images.ts';
import { buildWheelsImage } from './support/wheels-image.ts';

interface Build {
  readonly variant: string;
  readonly image: string;
  readonly args: readonly string[];
}

const [, , engine = 'docker', ...words] = process.argv;
const builds: readonly Build[] = words.includes('--packages')
  ? PACKAGES_IMAGES.map((variant) => ({ variant, image: packagesImage(variant), args: packagesArguments(variant) }))
  : ALL.map((variant) => ({ variant, image: IMAGES[variant], args: BUILD_ARGUMENTS[variant] }));
const named = builds.filter(({ variant }) => words.includes(variant));
const BUILDS = named.length > 0 ? named : builds;
let hasWheels = false;
process.exitCode = words.includes('--remove') ? remove() : build();

function build(): number {
  const hash = hashOf(ROOT, BUILD_INPUTS).slice(0, 16);
  for (const one of BUILDS) {
    const start = performance.now();
    const kept = `${one.image}-${baseId()}-${hash}`;
    const how = make(one, kept);
    if (how === undefined) return 1;
    removeTags(one, (tag) => tag !== kept);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${engine}: ${one.variant} image ${how} in ${seconds} s\n`);
  }
  return 0;
}

function make(one: Build, kept: string): string | undefined {
  if (run('tag', kept, one.image).status === 0) return 'kept from an earlier run';
  if (words.includes('--from-docker') && copyFromDocker(one, kept)) return 'copied from docker';
  return buildVariant(one, kept) ? 'built' : undefined;
}

function copyFromDocker({ image }: Build, kept: string): boolean {
  const copy = 'set -o pipefail; docker save "$0" | "$1" load --quiet';
  const { status } = spawnSync('bash', ['-c', copy, image, engine], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 && run('tag', image, kept).status === 0;
}

function buildVariant({ variant, image, args }: Build, kept: string): boolean {
  if (WITH_WHEELS.has(variant) && !hasWheels) {
    buildWheelsImage(engine);
    hasWheels = true;
  }
  const { status, stdout, stderr } = run('build', '-t', image, '-t', kept, ...args, '.');
  if (status === 0) return true;
  process.stderr.write(`${stdout}${stderr}\n${engine} could not build the ${variant} image\n`);
  return false;
}

// Names the base in a tag; a base that is not here yet is pulled by the build.
function baseId(): string {
  return (
    run('image', 'inspect', '--format', '{{.Id}}', IMAGES.base).stdout.replace('sha256:', '').slice(0, 12) || 'new'
  );
}

// The layers stay in docker's build cache as long as it keeps them; podman keeps a whole image of each build stage.
function remove(): number {
  for (const one of BUILDS) removeTags(one, () => true);
  const removed = run('image', 'rm', '-f', ...BUILDS.map(({ image }) => image));
  const pruned = run('image', 'prune', '-f', '--filter', 'label=org.opencontainers.image.title=optml build');
  return removed.status === 0 && pruned.status === 0 ? 0 : 1;
}

function removeTags({ image }: Build, isOld: (tag: string) => boolean): void {
  const { stdout } = run('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
  // Podman puts "localhost/" in front.
  const tags = stdout.split('\n').map((line) => line.replace(/^localhost\//, ''));
  const old = tags.filter((tag) => tag.startsWith(`${image}-`) && isOld(tag));
  if (old.length > 0) run('image', 'rm', ...old);
}

function run(...args: readonly string[]) {
  return spawnSync(engine, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
}
