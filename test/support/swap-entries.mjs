// Swaps random entries of a tree for others, and back, until its standard input ends: node swap-entries.mjs SEED OTHERS
// VICTIMS, each a JSON list of paths on one file system. Prints a line when it begins, and at its end the number of swaps.
import { renameSync } from 'node:fs';

const [seed, others, victims] = process.argv.slice(2).map((text) => JSON.parse(text));

let state = seed >>> 0;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function spend(microseconds) {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

/** Lets them trade places for some microseconds. */
function swap(victim, other, microseconds) {
  const away = `${other}-away`;
  renameSync(victim, away);
  renameSync(other, victim);
  spend(microseconds);
  renameSync(victim, other);
  renameSync(away, victim);
}

let isEnding = false;
process.stdin.resume().on('end', () => {
  isEnding = true;
});
console.log('begins');
let count = 0;
while (!isEnding) {
  for (let i = random(100); i >= 0; i--) {
    swap(victims[random(victims.length)], others[random(others.length)], random(60));
    count++;
  }
  // Long enough for a small tree to be packed undisturbed now and then.
  spend(random(500));
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(count);
