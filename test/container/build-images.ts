// Builds the images that the container tests run, or removes them. An image also gets a tag with the hash of its inputs: an
// image whose inputs have not changed since an earlier run is not built again.
//
//   node --import tsx test/container/build-images.ts [ENGINE] [--from-docker] [--remove] [VARIANT...]
//
// --from-docker: copy the images that docker has instead of building them once more.
import { spawnSync } from 'node:child_process';
import { hashOf } from '../../.build/source-hash.mjs';
import { ROOT } from '../support/job.ts';
import { VARIANTS as ALL, BUILD_ARGUMENTS, BUILD_INPUTS, IMAGES, type Variant } from './support/images.ts';

const [, , engine = 'docker', ...words] = process.argv;
const named = ALL.filter((variant) => words.includes(variant));
const VARIANTS = named.length > 0 ? named : ALL;
process.exitCode = words.includes('--remove') ? remove() : build();

function build(): number {
  const hash = hashOf(ROOT, BUILD_INPUTS).slice(0, 16);
  for (const variant of VARIANTS) {
    const start = performance.now();
    const kept = `${IMAGES[variant]}-${baseId()}-${hash}`;
    const how = make(variant, kept);
    if (how === undefined) return 1;
    removeTags(variant, (tag) => tag !== kept);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${engine}: ${variant} image ${how} in ${seconds} s\n`);
  }
  return 0;
}

function make(variant: Variant, kept: string): string | undefined {
  if (run('tag', kept, IMAGES[variant]).status === 0) return 'kept from an earlier run';
  if (words.includes('--from-docker') && copyFromDocker(variant, kept)) return 'copied from docker';
  return buildVariant(variant, kept) ? 'built' : undefined;
}

function copyFromDocker(variant: Variant, kept: string): boolean {
  const copy = 'set -o pipefail; docker save "$0" | "$1" load --quiet';
  const { status } = spawnSync('bash', ['-c', copy, IMAGES[variant], engine], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 && run('tag', IMAGES[variant], kept).status === 0;
}

function buildVariant(variant: Variant, kept: string): boolean {
  const { status, stdout, stderr } = run('build', '-t', IMAGES[variant], '-t', kept, ...BUILD_ARGUMENTS[variant], '.');
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
  for (const variant of VARIANTS) removeTags(variant, () => true);
  const removed = run('image', 'rm', '-f', ...VARIANTS.map((variant) => IMAGES[variant]));
  const pruned = run('image', 'prune', '-f', '--filter', 'label=org.opencontainers.image.title=optml build');
  return removed.status === 0 && pruned.status === 0 ? 0 : 1;
}

function removeTags(variant: Variant, isOld: (tag: string) => boolean): void {
  const { stdout } = run('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
  // Podman puts "localhost/" in front.
  const tags = stdout.split('\n').map((line) => line.replace(/^localhost\//, ''));
  const old = tags.filter((tag) => tag.startsWith(`${IMAGES[variant]}-`) && isOld(tag));
  if (old.length > 0) run('image', 'rm', ...old);
}

function run(...args: readonly string[]) {
  return spawnSync(engine, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
}
