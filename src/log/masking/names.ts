// The contract's words (C14), and others that are as plain.
const SECRET_WORDS =
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|PASSCODE|PWD|KEY|TOKEN|PRIVATE|CREDS|CREDENTIAL|AUTHORIZATION|BEARER|WEBHOOK/i;

// Words that others contain (author, passes): here a word ends where its case or the letters end.
const SHORT_WORDS = /(?:pass|auth|Pass|Auth)(?![a-z])|(?:PASS|AUTH)(?![A-Z])/;

const BREAK = '[-_. ]?';
const QUANTITY = 'max|min|num|number|total|avg|average|mean|count';
const TEXT_PART = 'new|input|output|prompt|completion|context|generated|response|special|added';
const SPECIAL_TOKEN = 'pad|eos|bos|unk|mask|sep|cls|sos|stop|image|video|audio|decoder|start|end';
const MEASURE =
  'dim|size|len|length|count|num|head|width|per|limit|budget|dropout|rate|type|embedding|level|position|shift|mask|value_head';

// Words that contain one of those above and are no secret (C14): sizes, numbers, and parts of a model.
const HARMLESS_WORDS = new RegExp(
  [
    'tokeni[zs]',
    `key${BREAK}(?:point|frame|word|board|note|stroke|error)`,
    '(?:mon|tur|don|hoc|joc|whis)key',
    `(?:tokens?|keys?)${BREAK}(?:${MEASURE})s?(?![a-z])`,
    // Not inside of another word: account_key, backend_token.
    `(?<![a-z])(?:${[
      `(?:${QUANTITY}|n)${BREAK}(?:of${BREAK})?(?:(?:${TEXT_PART})${BREAK})?(?:tokens?|keys?)(?![a-z])`,
      `(?:${TEXT_PART})${BREAK}tokens(?![a-z])`,
      `(?:${SPECIAL_TOKEN})${BREAK}tokens?(?![a-z])`,
      '(?:by|com|sur|tres|over|under|encom)pass',
      `(?:forward|backward|low|high|band|first|second|single|multi|one|two|last|all|per|n|${QUANTITY})${BREAK}pass(?![a-z])`,
      `pass${BREAK}(?:through|rate|count|at|band|filter|id|ratio)(?![a-z])`,
      `(?:no|use|require|requires|enable|disable|skip|has)${BREAK}o?auth(?![a-z])`,
      `auth${BREAK}(?:type|method|mode|scheme|url|uri|host|port|sock|server|provider|endpoint|enabled|required|domain|version|realm|flow|timeout|source|mechanism)(?![a-z])`,
    ].join('|')})`,
  ].join('|'),
  'gi',
);

const isSecretText = (name: string) => SECRET_WORDS.test(name) || SHORT_WORDS.test(name);

/** Whether a name, such as a variable's or a hyperparameter's, means that its value is a secret (C14). */
export function isSecretName(name: string): boolean {
  return isSecretText(name) && isSecretText(name.replaceAll(HARMLESS_WORDS, '_'));
}

// A shell's working directory. With another value, it is the abbreviation of "password".
const WORKING_DIRECTORY = /^(?:OLD)?PWD$/;

/** Whether the value of this name is a secret. */
export function isSecretPair(name: string, value: string): boolean {
  return isSecretName(name) && !(WORKING_DIRECTORY.test(name) && value.startsWith('/'));
}

// Words that source code and messages use for other things too.
const VAGUE_NAME = /^(?:\w+\.)*(?:keys?|tokens?|auth|pass)$/i;

/** Whether a secret name, in text that a program writes, may as well be code or prose: `sorted(x, key=f)`. */
export function isVagueName(name: string): boolean {
  return VAGUE_NAME.test(name);
}
