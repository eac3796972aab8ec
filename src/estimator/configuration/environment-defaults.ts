import type { Problem } from '../../request/problem.ts';
import { defaultProblem } from './default-values.ts';
import { DEFAULT_VARIABLES } from './default-variables.ts';
import type { Defaults, FoundDefaults } from './defaults.ts';
import { wrongDefaults } from './defaults-error.ts';
import { originsOf } from './origins.ts';

type Name = keyof typeof DEFAULT_VARIABLES;

/** The defaults in the variables of {@link DEFAULT_VARIABLES}. An empty variable is not set. @throws OptmlError DEFAULTS_INVALID. */
export function environmentDefaults(variables: Readonly<NodeJS.ProcessEnv>): FoundDefaults {
  const problems: Problem[] = [];
  const defaults: { -readonly [Key in keyof Defaults]: Defaults[Key] } = {};
  for (const [name, variable] of Object.entries(DEFAULT_VARIABLES) as [Name, string][]) {
    const text = variables[variable];
    if (text === undefined || text === '') continue;
    const value = name === 'tags' ? tagsIn(text) : isList(name) ? itemsOf(text) : text;
    const problem =
      value === undefined
        ? { path: variable, message: 'expected NAME=VALUE, separated by commas' }
        : defaultProblem(name, value, variable);
    if (problem === undefined) Object.assign(defaults, { [name]: value });
    else problems.push(problem);
  }
  if (problems.length > 0) throw wrongDefaults(problems, 'the environment');
  return { defaults, origins: originsOf(defaults, (name) => DEFAULT_VARIABLES[name as Name]) };
}

function isList(name: Name): boolean {
  return name === 'subnets' || name === 'securityGroupIds';
}

function itemsOf(text: string): readonly string[] {
  return text.split(',').flatMap((item) => item.trim() || []);
}

function tagsIn(text: string): Defaults['tags'] {
  const tags = itemsOf(text).map((pair) => {
    const [, Key, Value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    return Key === undefined ? undefined : { Key, Value };
  });
  return tags.every((tag) => tag !== undefined) ? tags : undefined;
}
