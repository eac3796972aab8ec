/** A key as the path of a request: slashes stay, everything else is encoded as {@link percentEncoded} says. */
export function keyPath(key: string): string {
  return percentEncoded(key).replaceAll('%2F', '/');
}

/** A text with everything but the unreserved characters of RFC 3986 encoded, as signatures are made of it. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
