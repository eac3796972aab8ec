import { readTextIfAny } from '../job-tree/input/read-text.ts';

/** The oldest child of a process; undefined for one without children, and where the system does not list them. */
export function firstChild(pid: number): number | undefined {
  const children = readTextIfAny(`/proc/${pid}/task/${pid}/children`)?.trim();
  return children ? Number(children.split(' ')[0]) : undefined;
}
