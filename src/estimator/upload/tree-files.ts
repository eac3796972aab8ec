import type { LocalFile } from './local-tree.ts';
import type { TreeFile } from './send-tree.ts';
import { openSumCache, type SumCache } from './sums/sum-cache.ts';
import { sumFiles } from './sums/sum-files.ts';
import type { LocalLocation } from './uploader.ts';

/** Reads contents of files, of each file once as long as it does not change. */
export interface TreeReader {
  read(location: LocalLocation, files: readonly LocalFile[], signal: AbortSignal): Promise<readonly TreeFile[]>;
}

/** Opens a reader whose memory is also in `OPTML_HOME`. */
export function openTreeReader(variables: Readonly<NodeJS.ProcessEnv>): TreeReader {
  const caches = new Map<string, SumCache>();
  return {
    read: async (location, files, signal) => {
      const cache = caches.get(location.path) ?? openSumCache(variables, location.path);
      caches.set(location.path, cache);
      const known = files.map((file) => cache.find(file));
      const unknown = files.filter((_, at) => known[at] === undefined);
      const readMs = Date.now();
      const contents = await sumFiles(location, unknown, signal);
      const read = new Map(unknown.map((file, at) => [file, contents[at]]));
      for (const [file, content] of read) if (content !== undefined) cache.add(file, content, readMs);
      cache.save(files);
      return files.flatMap((file, at) => {
        const content = known[at] ?? read.get(file);
        return content === undefined ? [] : [{ path: file.path, file: file.file, content }];
      });
    },
  };
}
