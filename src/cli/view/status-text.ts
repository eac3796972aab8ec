interface Statuses {
  readonly TrainingJobStatus: string;
  readonly SecondaryStatus: string;
}

/** The status of a job for a line of text: `Failed`, or with what it does at the moment `InProgress (Training)`. */
export function statusText({ TrainingJobStatus: status, SecondaryStatus: secondary }: Statuses): string {
  return status === secondary ? status : `${status} (${secondary})`;
}
