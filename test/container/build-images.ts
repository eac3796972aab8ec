// Builds the images that the container tests run, or removes them.
//
//   node --import tsx test/container/build-images.ts [ENGINE] [--remove] [VARIANT...]
import { spawnSync } from 'node:child_process';
import { ROOT } from '../support/job.ts';
import { VARIANTS as ALL, BUILD_ARGUMENTS, IMAGES } from './support/images.ts';

const [, , engine = 'docker', ...command] = process.argv;
const named = ALL.filter((variant) => command.includes(variant));
// All of them, unless some are named.
const VARIANTS = named.length > 0 ? named : ALL;
process.exitCode = command.includes('--remove') ? remove() : build();

function build(): number {
  for (const variant of VARIANTS) {
    const start = performance.now();
    const args = ['build', '-t', IMAGES[variant], ...BUILD_ARGUMENTS[variant], '.'];
    const { status, stdout, stderr } = spawnSync(engine, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (status !== 0) {
      process.stderr.write(`${stdout}${stderr}\n${engine} could not build the ${variant} image\n`);
      return 1;
    }
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`${variant} image built by ${engine} in ${seconds.toFixed(1)} s\n`);
  }
  return 0;
}

// The layers stay in docker's build cache as long as it keeps them; podman keeps a whole image of each build stage.
function remove(): number {
  const names = VARIANTS.map((variant) => IMAGES[variant]);
  const stages = ['--filter', 'label=org.opencontainers.image.title=optml build'];
  const removals = [
    ['image', 'rm', '-f', ...names],
    ['image', 'prune', '-f', ...stages],
  ];
  return removals.every((args) => spawnSync(engine, args, { stdio: 'ignore' }).status === 0) ? 0 : 1;
}
