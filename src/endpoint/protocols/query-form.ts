import { ServiceError } from '../http/service-error.ts';
import type { Input } from './input.ts';

const MOST_PARAMETERS = 10_000;
const MOST_LEVELS = 12;

interface Level {
  value: string | undefined;
  readonly members: Map<string, Level>;
}

/**
 * The members of a form of the query protocol, in which names are paths: `Dimensions.member.1.Name`. All values are texts.
 *
 * @throws ServiceError MalformedQueryString for names that contradict one another, and too many.
 */
export function readForm(form: URLSearchParams): Input {
  const root = level();
  let count = 0;
  for (const [path, value] of form) {
    count += 1;
    const names = path.split('.');
    if (count > MOST_PARAMETERS || names.length > MOST_LEVELS) throw malformed('it has too many parameters');
    let at = root;
    for (const name of names) {
      const next = at.members.get(name) ?? level();
      at.members.set(name, next);
      at = next;
    }
    at.value = value;
  }
  return structureOf(root);
}

const level = (): Level => ({ value: undefined, members: new Map() });

function structureOf({ members }: Level): Input {
  return Object.fromEntries([...members].map(([name, inner]) => [name, memberOf(name, inner)]));
}

function memberOf(name: string, { value, members }: Level): unknown {
  if (members.size === 0) return value;
  if (value !== undefined && value !== '') throw malformed(`${JSON.stringify(name)} is a value and has members`);
  const list = members.get('member');
  if (list === undefined || members.size > 1) return structureOf({ value, members });
  return [...list.members]
    .map(([index, inner]) => ({ index: Number(index), inner }))
    .sort((a, b) => a.index - b.index)
    .map(({ index, inner }) => {
      if (!Number.isSafeInteger(index) || index < 0)
        throw malformed(`${JSON.stringify(name)} has a member without number`);
      return memberOf(name, inner);
    });
}

function malformed(problem: string): ServiceError {
  return new ServiceError('MalformedQueryString', 400, `The query cannot be read: ${problem}.`);
}
