import { pythonStr } from '../../json/python-json.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { SHORTEST_SECRET } from './forms.ts';
import { isSecretItem, jsonOf, secretOfArgument, secretSpans } from './named-values.ts';
import { isSecretPair } from './names.ts';

/**
 * The texts that are secret in a job: values of secret names among variables and hyperparameters, at any depth, in command
 * lines, URLs and texts. Longest first.
 */
export function collectSecrets(variables: Readonly<NodeJS.ProcessEnv>, hyperparameters: JsonObject): readonly string[] {
  const found = new Set<string>();
  for (const [name, value = ''] of Object.entries(variables)) {
    const isSecret = isSecretPair(name, value);
    if (isSecret) found.add(value);
    collectFromText(value, isSecret, found);
  }
  collectFrom(hyperparameters, false, found);
  return [...found].filter(({ length }) => length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

// In the JSON of a secret, as AWS Secrets Manager returns it, each value is one.
function collectFromText(text: string, isSecret: boolean, found: Set<string>): void {
  const value = jsonOf(text);
  if (value !== undefined) {
    collectFrom(value, isSecret, found);
    return;
  }
  for (const [start, end] of secretSpans(text, 'configuration')) {
    const secret = text.slice(start, end);
    found.add(secret);
    // A program reads it without the escapes that it is written with.
    if (secret.includes('\\')) found.add(secret.replace(/\\(.)/gs, '$1'));
    if (secret.includes('%')) found.add(decoded(secret));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function collectFrom(value: JsonValue, isSecret: boolean, found: Set<string>): void {
  if (Array.isArray(value)) collectFromList(value, isSecret, found);
  else if (value instanceof Map) {
    for (const [name, item] of value) collectFrom(item, isSecret || isSecretItem(name, item), found);
  } else if (typeof value === 'boolean' || value === null) return;
  else if (isSecret) found.add(pythonStr(value));
  if (typeof value === 'string') collectFromText(value, isSecret, found);
}

function collectFromList(list: readonly JsonValue[], isSecret: boolean, found: Set<string>): void {
  for (const [index, item] of list.entries()) {
    const previous = list[index - 1];
    collectFrom(item, isSecret, found);
    if (typeof item !== 'string') continue;
    const secret = secretOfArgument(item, typeof previous === 'string' ? previous : undefined);
    if (secret !== undefined) found.add(secret);
  }
}
