/** An entry of lanes.mjs, as far as the order depends on it. */
export interface Lane {
  readonly name: string;
  readonly cost: number;
  readonly needs?: readonly string[];
  readonly atOnce?: number;
  readonly engine?: string;
  readonly isAlone?: boolean;
}

/** A test file or a command of a lane. */
export interface Task {
  readonly id: string;
  readonly lane: Lane;
  readonly seconds: number;
}

/** How a task ended. */
export interface Result {
  readonly isOk: boolean;
}

export function schedule(options: {
  readonly tasks: readonly Task[];
  readonly cores: number;
  readonly run: (task: Task) => Promise<Result>;
  readonly cannotRun: (task: Task, failedLane: string) => Result;
  readonly onLaneStart: (lane: Lane) => void;
  readonly onLaneEnd: (lane: Lane, results: readonly Result[]) => void;
}): Promise<ReadonlyMap<Task, Result>>;
