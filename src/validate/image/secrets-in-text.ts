import { hasCredential } from '../../log/masking/named-values.ts';
import { isSecretPair } from '../../log/masking/names.ts';

/** The id of an access key of AWS; those that documentation uses end in EXAMPLE. */
const AWS_KEY_ID = /\b(?:AKIA|ASIA)(?!\w{9}EXAMPLE\b)[A-Z0-9]{16}\b/;
const AWS_SECRET = /aws_secret_access_key["']?\s*[:=]\s*["']?(?!\w*EXAMPLE)[A-Za-z0-9/+]{36,44}(?![A-Za-z0-9/+=])/i;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;
// A value that stands for another, such as `${NPM_TOKEN}`, or for nothing, is no secret.
const LITERAL = '(?![$%<{*])["\']?[^\\s"\'$%<{*#;]{6,}';

/**
 * What programs keep their credentials in: the end of the path → what to look for, and how to call it. No pattern starts at
 * each line and runs on over others: a file of empty lines would take minutes.
 */
const CREDENTIAL_FILES: ReadonlyArray<readonly [path: RegExp, content: RegExp, what: string]> = [
  [/\/\.aws\/(?:credentials|config)$/, AWS_SECRET, 'a secret access key of AWS'],
  [/\/\.?npmrc$/, new RegExp(`(?:_authToken|_auth|_password)\\s*=\\s*${LITERAL}`), 'a token of an npm registry'],
  [/\/\.yarnrc(?:\.yml)?$/, new RegExp(`npmAuth(?:Token|Ident)["']?:\\s*${LITERAL}`), 'a token of an npm registry'],
  [/\/\.pypirc$/, new RegExp(`^[ \\t]*password\\s*[:=]\\s*${LITERAL}`, 'm'), 'a password of a Python package index'],
  [/\/pip\.conf$/, /^[^#;\n]*https?:\/\/[^\s/:@$]*:[^\s/@$]+@/m, 'a token of a Python package index'],
  [/\/\.netrc$/, new RegExp(`\\bpassword\\s+${LITERAL}`), 'a password'],
  [/\/\.git-credentials$/, /https?:\/\/[^\s/:@]*:[^\s/@]+@/, 'a password of a git server'],
  [/\/\.docker\/config\.json$/, /"auth"\s*:\s*"[^"]{6,}"/, 'a password of an image registry'],
  [/\/\.kube\/config$/, /(?:token|client-key-data):\s*\S{16,}/, 'a key of a Kubernetes cluster'],
  [/\/\.huggingface\/token$|\/huggingface\/token$/, /hf_\w{20,}/, 'a token of Hugging Face'],
];

// Where systems and packages put files that look like secrets and are none: tests' certificates, documentation.
const NOT_OURS =
  /^\/(?:usr\/(?!local\/(?:bin|src|app)\b)|lib|etc\/(?:ssl|ssh|pki|ca-certificates)\/|proc\/|sys\/|dev\/|var\/lib\/|boot\/)|\/(?:node_modules|site-packages|dist-packages|conda|miniconda3?|anaconda3?|nltk_data|tests?|testdata|fixtures|examples?|docs?)\//;
const KEY_FILE = /\/\.ssh\/|\.(?:pem|key|p8|ppk)$|\/id_(?:rsa|dsa|ecdsa|ed25519)$/;
const TEXT_FILE =
  /\/\.env(?:\.\w+)?$|\.(?:env|py|sh|bash|js|mjs|cjs|ts|mts|json|ya?ml|toml|ini|cfg|conf|properties|txt|R|jl|ipynb)$/;

/** Longest file that is looked into, in bytes. */
export const LONGEST_SEARCHED = 256 * 1024;

/** Whether a file may hold credentials that somebody put there: only such ones are read. */
export function maySecretsLieIn(path: string): boolean {
  if (CREDENTIAL_FILES.some(([location]) => location.test(path)))
    return !/\/(?:node_modules|site-packages)\//.test(path);
  return !NOT_OURS.test(path) && (KEY_FILE.test(path) || TEXT_FILE.test(path) || /\/train$/.test(path));
}

/** What credential a file's text holds, in words; undefined where none is certain. */
export function secretIn(path: string, text: string): string | undefined {
  const known = CREDENTIAL_FILES.find(([location, content]) => location.test(path) && content.test(text));
  if (known !== undefined) return known[2];
  if (NOT_OURS.test(path)) return undefined;
  if (AWS_SECRET.test(text)) return 'a secret access key of AWS';
  if (AWS_KEY_ID.test(text)) return 'the id of an access key of AWS';
  return KEY_FILE.test(path) && PRIVATE_KEY.test(text) ? 'a private key' : undefined;
}

// Variables that hold nothing else than a credential. Others may be public in spite of their names: `GPG_KEY`.
const SECRET_VARIABLES =
  /^(?:AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|(?:HF|HUGGING_FACE_HUB|NPM|NODE_AUTH|GITHUB|GH|GITLAB|PYPI|NEPTUNE_API|MLFLOW_TRACKING)_TOKEN|(?:WANDB|COMET|OPENAI|ANTHROPIC|KAGGLE|CLEARML)_(?:API_)?KEY|(?:TWINE|MLFLOW_TRACKING|POETRY_HTTP_BASIC_\w+)_PASSWORD)$/;

// By their last word these name a credential (contract C14).
const SECRET_ENDING =
  /(?:^|_)(?:SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|(?:API|ACCESS|SECRET|PRIVATE|AUTH)_?KEY|CREDENTIALS?)$/i;
// Paths, addresses, numbers and switches are no credentials.
const NO_SECRET =
  /^(?:\.{0,2}\/|~\/|[a-z][a-z0-9+.-]*:\/\/|[\d.]+$|(?:true|false|none|null|changeme|disabled|enabled)$)/i;

/** Whether a variable of the image is a credential, by its name or its own shape. */
export function isSecretVariable(name: string, value: string): boolean {
  if (value.length < 8 || /^[$<{%]|EXAMPLE$|^\*+$/.test(value)) return false;
  if (SECRET_VARIABLES.test(name) || hasCredential(value)) return true;
  return SECRET_ENDING.test(name) && isSecretPair(name, value) && !NO_SECRET.test(value);
}

/** `NAME=VALUE` pairs of a build step's text, such as the arguments that it was given, that are credentials: their names. */
export function secretsInStep(step: string): readonly string[] {
  const pairs = [...step.matchAll(/\b([A-Z][A-Z0-9_]{2,})=("[^"]*"|'[^']*'|[^\s;&|]+)/g)];
  const named = pairs.flatMap(([, name = '', value = '']) =>
    isSecretVariable(name, value.replace(/^["']|["']$/g, '')) ? [name] : [],
  );
  const isUnnamed = named.length === 0 && hasCredential(step) && !/EXAMPLE/.test(step);
  return isUnnamed ? ['a credential'] : named;
}
