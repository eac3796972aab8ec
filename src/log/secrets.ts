import { JsonDepthError, JsonSyntaxError, parseJson } from '../json/parse.ts';
import { dumpJson, pythonStr } from '../json/python-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

/** What stands for a secret (contract C14). */
export const MASK = '******';

const SECRET_WORDS = /SECRET|PASSWORD|PASSWD|PASSPHRASE|KEY|TOKEN|PRIVATE|CREDS|CREDENTIAL/i;
// Words that hold one of those above and are no secret (C14): taken out of a name before it is judged.
const HARMLESS_WORDS =
  /TOKENI[ZS]|KEY_?POINT|KEY_?FRAME|KEY_?WORD|KEY_?BOARD|KEY_?NOTE|MONKEY|TURKEY|DONKEY|HOCKEY|JOCKEY|WHISKEY/gi;

/** Whether a name, such as a variable's or a hyperparameter's, says that its value is a secret (C14). */
export function isSecretName(name: string): boolean {
  return SECRET_WORDS.test(name) && SECRET_WORDS.test(name.replaceAll(HARMLESS_WORDS, ''));
}

// Shapes of credentials that tell by themselves.
const SECRET_SHAPES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g, MASK],
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, MASK],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}/g, MASK],
  [/\b(?:hf|npm|pypi)[_-][A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9_-]{20,}|\bxox[abprs]-[\w-]{10,}/g, MASK],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gi, `$1${MASK}`],
  [/(\b(?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential)=)[^&\s"']+/gi, `$1${MASK}`],
];

// One look that tells most texts to be harmless.
const MAY_HAVE_SHAPE =
  /A(?:KIA|SIA|BIA|CCA)|eyJ|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|(?:hf|npm|pypi)[_-]|sk-|xox[abprs]-|:\/\/|X-Amz-/i;

/** The text with everything masked that looks like a credential by its own shape. */
export function maskShapes(text: string): string {
  if (!MAY_HAVE_SHAPE.test(text)) return text;
  return SECRET_SHAPES.reduce((result, [shape, mask]) => result.replace(shape, mask), text);
}

/** A copy of `value` in which the values of secret names, at any depth, and credentials by shape are masked. */
export function maskValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return maskList(value);
  if (value instanceof Map) return maskObject(value);
  return value;
}

// A list of texts may be a command line, as SM_USER_ARGS is.
function maskList(list: readonly JsonValue[]): JsonValue[] {
  return list.every((item) => typeof item === 'string') ? [...maskArguments(list)] : list.map(maskValue);
}

function maskObject(object: JsonObject): JsonObject {
  return new Map(
    [...object].map(([name, item]) => [name, isSecretName(name) && item !== null ? MASK : maskValue(item)]),
  );
}

/** The value of a variable or hyperparameter for people: masked as a whole by name, or inside when it is JSON. */
export function maskNamed(name: string, value: string): string {
  return isSecretName(name) && value !== '' ? MASK : maskText(value);
}

function maskText(text: string): string {
  // A name may be written with escapes.
  const mayNameSecret = SECRET_WORDS.test(text) || text.includes('\\u');
  if (!/^\s*[[{]/.test(text) || !mayNameSecret) return maskShapes(text);
  try {
    const value = parseJson(text);
    const masked = dumpJson(maskValue(value));
    return masked === dumpJson(value) ? text : masked;
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof JsonDepthError) return maskShapes(text);
    throw error;
  }
}

/** Arguments for people: the value after a secret name is masked, as is that of `--name=value` and `NAME=value`, and credentials by shape. */
export function maskArguments(args: readonly string[]): readonly string[] {
  return args.map((argument, index) => {
    const previous = args[index - 1];
    const isValueOfSecret = previous !== undefined && /^-[^=]*$/.test(previous) && isSecretName(previous);
    if (isValueOfSecret && argument !== '') return MASK;
    const inline = /^(-{0,2}[^=\s]+=)(.+)$/s.exec(argument);
    if (inline !== null && isSecretName(inline[1] ?? '')) return `${inline[1]}${MASK}`;
    return maskText(argument);
  });
}

// Shorter values are no secrets worth the name, and would blot out unrelated text.
const SHORTEST_SECRET = 6;

/** The texts that are secret in a job: values of secret names among variables and hyperparameters, at any depth. */
export function collectSecrets(variables: Readonly<NodeJS.ProcessEnv>, hyperparameters: JsonObject): readonly string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) continue;
    if (isSecretName(name)) found.add(value);
    else if (/^\s*[[{]/.test(value)) collectFromText(value, found);
  }
  collectFrom(hyperparameters, false, found);
  return [...found].filter((text) => text.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

function collectFromText(text: string, found: Set<string>): void {
  try {
    collectFrom(parseJson(text), false, found);
  } catch {
    // What is not JSON has no names inside.
  }
}

function collectFrom(value: JsonValue, isSecret: boolean, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectFrom(item, isSecret, found);
  else if (value instanceof Map)
    for (const [name, item] of value) collectFrom(item, isSecret || isSecretName(name), found);
  else if (isSecret && value !== null && typeof value !== 'boolean') found.add(pythonStr(value));
  // Options for mpirun may set variables.
  else if (typeof value === 'string')
    for (const [, name = '', text = ''] of value.matchAll(/-x\s+([^\s=]+)=(\S+)/g))
      if (isSecretName(name)) found.add(text);
}

/** Text from elsewhere (a script's last words) with the job's secrets and credentials by shape masked. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return maskShapes(secrets.reduce((result, secret) => result.replaceAll(secret, MASK), text));
}
