/** The message to a `train` that waits, as a line of JSON. */
export interface TrainOrder {
  readonly args: readonly string[];
  /** Where it begins. Absolute. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly variables: Readonly<Record<string, string>>;
}
