import { OptmlError } from '../errors/error.ts';
import { findOnPath } from '../process/find-on-path.ts';
import type { LaunchContext, LaunchDescription, LaunchEnd, LaunchPlan } from './launcher.ts';

/**
 * Runs the planned command as one process of this host.
 *
 * @throws OptmlError LAUNCHER_MISSING where one of `programs` is not on PATH; `fix` says how to get it.
 */
export function startAsPlanned(
  plan: LaunchPlan,
  description: LaunchDescription,
  context: LaunchContext,
  { programs, fix }: { readonly programs: readonly string[]; readonly fix: string },
): Promise<LaunchEnd> {
  const variables = { ...description.variables, ...plan.added };
  for (const program of programs) requireProgram(program, variables, fix);
  const [file, ...args] = plan.command;
  return context.supervise({ file, args, cwd: description.cwd, variables }, context);
}

/** @throws OptmlError LAUNCHER_MISSING where `program` is not on PATH. */
export function requireProgram(program: string, variables: Readonly<NodeJS.ProcessEnv>, fix: string): string {
  const file = findOnPath(program, variables);
  if (file !== undefined) return file;
  throw new OptmlError('LAUNCHER_MISSING', `the launcher needs ${program}, which is not on PATH`, {
    where: `PATH=${variables['PATH'] ?? ''}`,
    fix,
  });
}
