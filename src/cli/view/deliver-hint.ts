/** The command line that delivers the artifacts of a job later. */
export function deliverCommand(name: string): string {
  return `optml deliver ${name}`;
}
