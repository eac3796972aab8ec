/** What a `train` that waits is told, as a line of JSON. */
export interface TrainOrder {
  /** Where it begins. Absolute. */
  readonly cwd: string;
}
