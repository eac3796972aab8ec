/** What replaces a secret (contract C14). */
export const MASK = '******';

/** A part of a text: from one place up to another. */
export type Span = readonly [start: number, end: number];

// Credentials that their own shape shows. Each expression takes time that grows with the length of the text only. If it has a
// group, that is the secret.
const SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/dg,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/dg,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/dg,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}/dg,
  /\b(?:hf|npm|pypi)[_-][A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9_-]{20,}|\b[sr]k_(?:live|test)_\w{16,}|\bxox[abprs]-[\w-]{10,}/dg,
  /\bAIza[\w-]{35}/dg,
  // A word in lower case may be prose: "Bearer authentication".
  /\bBearer\s{1,4}(?![a-z]{1,20}(?![\w./+~=-]))([\w./+~=-]{6,})/dgi,
  /\bBasic\s{1,4}((?=[A-Za-z0-9+/_-]*[A-Z0-9+/_])[A-Za-z0-9+/_-]{8,}={0,2})/dg,
  /\bAWS4-HMAC-SHA256\s[^\n]{0,600}?\bSignature=([0-9a-f]{16,})/dg,
  // Webhooks: the address is all that a program needs to post.
  /\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/([\w/-]+)/dgi,
  /\bdiscord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/([\w/-]+)/dgi,
  /\b(?:outlook\.office(?:365)?|[\w-]{1,63}\.webhook\.office)\.com\/webhook(?:b2)?\/([\w@./-]+)/dgi,
  /\bapi\.telegram\.org\/bot(\d+:[\w-]+)/dgi,
];

// One search that shows most texts to be harmless.
const MAY_HAVE_SHAPE =
  /A(?:KIA|SIA|BIA|CCA)|eyJ|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|(?:hf|npm|pypi)[_-]|sk-|k_(?:live|test)_|xox[abprs]-|AIza|bearer|basic|AWS4|webhook|hooks\.slack|telegram/i;

/** Where a text has something that looks like a credential by its own shape. In no order. */
export function shapeSpans(text: string): readonly Span[] {
  if (!MAY_HAVE_SHAPE.test(text)) return [];
  return SHAPES.flatMap((shape) =>
    [...text.matchAll(shape)].flatMap(({ indices = [] }) => {
      const span = indices[1] ?? indices[0];
      return span === undefined ? [] : [span];
    }),
  );
}

/** The text with the spans, which may overlap and be in any order, replaced by {@link MASK}. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let end = 0;
  for (const [start, to] of spans.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start >= end) result += text.slice(end, start) + MASK;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
}
