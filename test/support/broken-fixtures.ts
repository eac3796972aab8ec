import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriversChange } from './drivers-job.ts';
import { ROOT } from './job.ts';

/**
 * Small images and programs that are broken in exactly one way: a folder for each check, with the check's id as its name.
 * Further ones of the same check have two dashes and a word behind it.
 */
export const BROKEN_DIR = join(ROOT, 'test', 'fixtures', 'broken');

/** One of them. */
export interface BrokenFixture {
  /** Name of its folder. */
  readonly name: string;
  /** Id of the check that it fails. */
  readonly id: string;
  readonly dir: string;
  /** Whether it is an image: it holds a Dockerfile. */
  readonly isImage: boolean;
  /** In what its drivers of the newer SDK differ from sound ones, where it is made of those. */
  readonly drivers: DriversChange | undefined;
  /** Its own job, where it needs one. */
  readonly job: string | undefined;
  /** Checks that fail as well, since one follows from the other. */
  readonly alsoFails: readonly string[];
  /** Variables of the engine with which it has to be built. */
  readonly variables: Readonly<Record<string, string>>;
}

/** All of them, by name. */
export function brokenFixtures(): readonly BrokenFixture[] {
  return readdirSync(BROKEN_DIR, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const [id = name] = name.split('--');
      const dir = join(BROKEN_DIR, name);
      const fileIfAny = (file: string) => (existsSync(join(dir, file)) ? join(dir, file) : undefined);
      const jsonIfAny = (json: string) => {
        const file = fileIfAny(json);
        return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as unknown);
      };
      return {
        name,
        id,
        dir,
        isImage: fileIfAny('Dockerfile') !== undefined,
        drivers: jsonIfAny('sm-drivers.json') as DriversChange | undefined,
        job: fileIfAny('job.json'),
        alsoFails: (jsonIfAny('also-fails.json') ?? []) as readonly string[],
        variables: (jsonIfAny('variables.json') ?? {}) as Readonly<Record<string, string>>,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
