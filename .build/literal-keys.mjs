// Makes the computed keys of the AWS SDK's schemas literal.

/** A constant of a schema file: `const _B = "Bucket";` */
const CONSTANT = /^const (\w+) = ("[^"\\]*");$/gm;
/** A computed key of an object: `[_B]:` */
const COMPUTED_KEY = /\[(\w+)\]:/g;

/**
 * The text of a schema file with the values of its constants in place of its computed keys. esbuild cannot leave anything
 * out of an object with computed keys.
 *
 * @throws Error naming the pattern and the file if the text has no such constants or keys, or a key that is no constant:
 * a new form of the file would silently make the bundles larger.
 */
export function withLiteralKeys(text, file) {
  const constants = new Map(matchesOf(text, CONSTANT, file).map(([, name, value]) => [name, value]));
  const unknown = matchesOf(text, COMPUTED_KEY, file).filter(([, name]) => !constants.has(name));
  if (unknown.length > 0) throw changed(file, `the computed key ${unknown[0][0]} is no constant of the file`);
  return text.replace(COMPUTED_KEY, (_, name) => `${constants.get(name)}:`);
}

function matchesOf(text, pattern, file) {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) throw changed(file, `nothing matches ${pattern}`);
  return found;
}

function changed(file, what) {
  return new Error(`${file}: ${what}. The AWS SDK has changed: adapt .build/literal-keys.mjs.`);
}
