import { EntryReader } from '../../../src/archive/unpack/entry-reader.ts';
import type { Check } from '../../../src/validate/check.ts';
import { FileCollector } from '../../../src/validate/image/file-collector.ts';
import { ImageFiles } from '../../../src/validate/image/image-files.ts';
import type { ImageFacts } from '../../../src/validate/image-facts.ts';
import type { Subject } from '../../../src/validate/subject.ts';
import { makeTar, type TarEntry } from '../../support/tar.ts';

/** Files of an image, as an engine's export has them. */
export function filesOf(entries: readonly TarEntry[], wanted: readonly string[] = ['train']): ImageFiles {
  const collector = new FileCollector(new Set(wanted));
  const reader = new EntryReader(collector, 1024 * 1024);
  // An export is never empty.
  reader.take(makeTar([{ name: 'etc/', type: '5' }, ...entries]));
  reader.end();
  return new ImageFiles(collector.result());
}

/** An image with those files, in which nothing else is set. */
export function imageOf(entries: readonly TarEntry[], facts: Partial<ImageFacts> = {}): ImageFacts {
  const command = [...(facts.entrypoint ?? []), ...(facts.command ?? [])].map((word) => word.split('/').at(-1) ?? '');
  return {
    name: 'image',
    architecture: 'amd64',
    os: 'linux',
    bytes: 1_000_000,
    user: '',
    entrypoint: undefined,
    command: undefined,
    environment: new Map(),
    workDir: '/',
    volumes: [],
    stopSignal: '',
    history: ['COPY train /usr/local/bin'],
    files: () => Promise.resolve(filesOf(entries, ['train', ...command])),
    ...facts,
  };
}

/** What a check says of an image: status and verdict. */
export async function ask(check: Check, image: ImageFacts, more: Partial<Subject> = {}): Promise<string> {
  const { status, verdict } = await check.run({
    kind: 'image',
    image,
    isDriversJob: false,
    job: undefined,
    observe: () => Promise.reject(new Error('nothing is run here')),
    forget: async () => undefined,
    ...more,
  });
  return `${status}: ${verdict}`;
}

export const SHELL: TarEntry = { name: 'usr/bin/sh', mode: 0o755, content: '\x7fELF' };
export const BIN: TarEntry = { name: 'bin', type: '2', link: 'usr/bin' };
/** A program in shell at a path. */
export const script = (name: string, content = '#!/bin/sh\n', mode = 0o755): TarEntry => ({ name, content, mode });
