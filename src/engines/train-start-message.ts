/** What a `train` that waits is told, as a line of JSON. */
export interface TrainOrder {
  readonly args: readonly string[];
  /** Where it begins. Absolute. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly variables: Readonly<Record<string, string>>;
}
