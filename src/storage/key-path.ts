/** A key as the path of a request: everything but the unreserved characters of RFC 3986 and slashes is encoded. */
export function keyPath(key: string): string {
  const encoded = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, encoded);
}
