import { test } from 'node:test';
import type { PythonPackages } from '../../support/frameworks/python-packages.ts';
import { checkTrained, examplePlace, programOf } from './example-jobs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Trainer';

/** A job that the program of docs/frameworks.md with that preset starts. */
export interface PresetJob {
  readonly preset: 'PyTorch' | 'ScikitLearn' | 'TensorFlowJs';
  readonly packages?: PythonPackages;
  /** Further words of the program at the endpoint. */
  readonly words?: readonly string[];
  readonly firstLines: readonly RegExp[];
  readonly model: string;
}

/** Tests that the program trains on this machine and at the endpoint. */
export function testPreset({ preset, packages, words = [], ...expected }: PresetJob): void {
  for (const where of ['local', 'endpoint'] as const) {
    test(`${preset} trains: ${where}`, async (t) => {
      const place = examplePlace(t, packages === undefined ? {} : { packages });
      if (place === undefined) return;
      const more = where === 'local' ? [] : ['ml.m5.large', ROLE, ...words];
      const end = await place.typescript(programOf('ts frameworks', `new ${preset}(`), where, ...more);
      await checkTrained(place, end, expected);
    });
  }
}
