import { cutText } from '../errors/quote-value.ts';

/** Something wrong with a request. */
export interface Problem {
  /** Where: `InputDataConfig[0].ChannelName`; empty for the request as a whole. */
  readonly path: string;
  /** What is wrong, in the API's words where it has some. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The value is missing, or has another type: nothing more can be said of it and of what it is a part of. */
  readonly isMisshapen?: true;
}

/** Whether one of two paths is the other's, or leads to it. */
export function areRelated(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short === '' || long === short || (long.startsWith(short) && /^[.[]/.test(long.slice(short.length)));
}

/** The path of a member or item below `path`. Names that are no words are quoted: `HyperParameters["a b"]`. */
export function pathTo(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!/^[A-Za-z_]\w*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** A problem for each name that an earlier one repeats. `what` is what has the name: `channel`. */
export function repeatedNames(
  names: readonly (string | undefined)[],
  pathOf: (index: number) => string,
  what: string,
): readonly Problem[] {
  return names.flatMap((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return [];
    return [
      { path: pathOf(index), message: `the ${what} "${name}" is there twice`, fix: 'Give each a name of its own.' },
    ];
  });
}

// Names in it are those of the file.
const LONGEST_PATH = 300;
// More would hide the first ones.
const MOST_SHOWN = 100;

/** The first 100 problems in lines, each with its path and what to do, and the number of the others. */
export function describeProblems(problems: readonly Problem[]): string {
  const others = problems.length - MOST_SHOWN;
  const lines = problems.slice(0, MOST_SHOWN).map(({ path, message, fix }) => {
    const end = fix === undefined ? '' : `${/[.?!]$/.test(message) ? '' : '.'} ${fix}`;
    return `  ${path === '' ? '(request)' : cutText(path, LONGEST_PATH)}: ${message}${end}`;
  });
  return [...lines, ...(others > 0 ? [`  … and ${others} more`] : [])].join('\n');
}
