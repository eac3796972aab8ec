import type { SuperviseWaits } from '../process/supervise.ts';
import type { Patience } from '../storage/s3-session.ts';

/** The waits of `train` that a caller can shorten, such as a test. No setting of users changes them. */
export interface TrainWaits extends Partial<SuperviseWaits> {
  /** For its uploads. */
  readonly s3?: Partial<Patience>;
}
