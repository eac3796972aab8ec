import type { ValidationContext } from '../validation-context.ts';
import type { Scenario } from './scenario.ts';

/** Why a scenario cannot be played here, in one sentence; undefined when it can. */
export function whyNot({ engine, failing, long }: ValidationContext, scenario: Scenario): string | undefined {
  const { limits = {}, variant, hasPlatformOwnership = false } = scenario;
  const isProcess = engine.name === 'process';
  const { memoryBytes: _, ...ofContainers } = limits;
  if (isProcess && Object.keys(ofContainers).length > 0) {
    return 'the engine "process" has no containers: validate an image, with docker or podman';
  }
  if (variant === 'failing' && failing === undefined) return 'no failing hyperparameters were given';
  if (variant === 'long' && long === undefined) return 'no hyperparameters for a long run were given';
  if (hasPlatformOwnership && isProcess) {
    return 'the engine "process" gives all folders to the user of the program: validate an image, with docker or podman';
  }
  if (hasPlatformOwnership && process.getuid?.() !== 0) {
    return 'only root can make folders that belong to root, as they do on the platform';
  }
  return undefined;
}
