/** A project that `optml init` writes: what differs from the others. */
export interface Template {
  /** What learns, for the README. */
  readonly about: string;
  readonly language: 'typescript' | 'python';
  /** The script, below the project. */
  readonly program: string;
  /** Path in the project → content: the script and its data. */
  readonly files: Readonly<Record<string, string>>;
  readonly dockerfile: string;
  /** npm packages of the script, which a job installs. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Python packages of the script, as pip names them. */
  readonly packages?: string;
  /** `TrainingImage` of the job. */
  readonly image: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly metrics: readonly { readonly Name: string; readonly Regex: string }[];
  /** What the test of the project expects. */
  readonly leastAccuracy: number;
}
