import { forEachAtOnce } from '../../../src/concurrency/for-each-at-once.ts';
import { SEED } from '../json-values.ts';
import { playRound, type RoundEngine } from './round.ts';

const AT_ONCE = 2;

/**
 * Runs rounds from the seed of this run. Returns the problems of the rounds that had any: with `OPTML_TEST_SEED=N`, N being a
 * round's seed, a run begins with that round.
 */
export async function playRounds(engine: RoundEngine, count: number): Promise<readonly string[]> {
  const failures: string[] = [];
  const seeds = Array.from({ length: count }, (_, index) => SEED + index);
  await forEachAtOnce(seeds, AT_ONCE, new AbortController(), async (seed) => {
    const { problems, what } = await playRound(seed, engine);
    if (problems.length > 0) failures.push(`OPTML_TEST_SEED=${seed}: ${problems.join('\n')}\n${what}`);
  });
  return failures;
}
