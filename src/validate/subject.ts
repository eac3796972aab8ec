import type { TrainingJobRequest } from '../request/request.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Observation } from './observe/observation.ts';
import type { Scenario } from './observe/scenario/scenario.ts';

/** What is validated. */
export interface Subject {
  readonly kind: 'image' | 'project' | 'command';
  /** What the engine tells of the image; undefined for a command, which has none. */
  readonly image: ImageFacts | undefined;
  /** The user's own job, checked, its places absolute. Undefined where none was given: the image may lack what it needs. */
  readonly job: TrainingJobRequest | undefined;
  /** Whether the job or the image names a program (contract C20). */
  readonly hasProgram?: boolean;
  /** Why the newest AWS images refuse that name; undefined where they accept it. */
  readonly programWarning?: string | undefined;
  /**
   * Whether the job is one of the newer SDK (contract section 14): started through `sm_drivers`. Its checks apply to
   * nothing else.
   */
  readonly isDriversJob: boolean;
  /** Runs a prepared job once, however many checks ask for it, and tells what was seen. */
  observe(scenario: Scenario): Promise<Observation>;
  /** Removes the checkpoints that a scenario keeps for others, when none needs them any more. */
  forget(scenario: Scenario): Promise<void>;
}
