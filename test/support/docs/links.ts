import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A link of a page to a file or an anchor of the same folder tree. */
export interface Link {
  /** As it is written, such as `../README.md#settings`. */
  readonly link: string;
  /** Path from the root of the tree. */
  readonly file: string;
  readonly anchor?: string;
}

/** The links of a page that lead to files: not those to web pages, and none in code. */
export function linksOf(root: string, page: string): readonly Link[] {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '');
      return { link, file, ...(anchor !== undefined && { anchor }) };
    });
}

/** Why a link leads nowhere; undefined if it leads somewhere. */
export function whyBroken(root: string, { file, anchor }: Link): string | undefined {
  const path = join(root, file);
  if (!existsSync(path)) return 'no such file';
  if (anchor === undefined) return undefined;
  if (statSync(path).isDirectory()) return 'a folder has no anchors';
  return anchorsOf(readFileSync(path, 'utf8')).has(anchor) ? undefined : 'no such anchor';
}

/** The anchors of a page: those of its headings, as GitHub names them, and explicit ones. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set([...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id));
  const counts = new Map<string, number>();
  for (const [, heading = ''] of page.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function withoutCode(page: string): string {
  return page.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '`');
}
