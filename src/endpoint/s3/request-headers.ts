import type { ServiceRequest } from '../http/service.ts';

// Parameters of signatures; and sums, which SDKs compute of an empty body when they sign a URL: S3 does not compare those.
const NOT_HEADERS =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-.*|sdk-checksum-.*)$/;

/**
 * The headers of a request by their lower-case names. SDKs move `x-amz-*` headers into the query of a presigned URL; S3 takes
 * them from there.
 */
export function requestHeaders({ headers, query }: ServiceRequest): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) found[name] = Array.isArray(value) ? value.join(',') : value;
  if (!query.has('X-Amz-Signature') && !query.has('Signature')) return found;
  for (const [name, value] of query) {
    const header = name.toLowerCase();
    if (header.startsWith('x-amz-') && !NOT_HEADERS.test(header)) found[header] ??= value;
  }
  return found;
}
