import type { ImageFiles } from './image/image-files.ts';

/** What the engine tells of an image. */
export interface ImageFacts {
  /** The name by which the engine knows it. */
  readonly name: string;
  /** `amd64`, `arm64` …; empty where the engine does not say. */
  readonly architecture: string;
  /** `linux`; empty where the engine does not say. */
  readonly os: string;
  /** Unpacked, all layers. */
  readonly bytes: number;
  /** As the image says: a name or number, with or without a group; empty is root. */
  readonly user: string;
  /** Words of `ENTRYPOINT`; the shell form has become `/bin/sh -c TEXT` in it. Undefined where there is none. */
  readonly entrypoint: readonly string[] | undefined;
  /** Words of `CMD`. */
  readonly command: readonly string[] | undefined;
  /** `ENV`, by name. */
  readonly environment: ReadonlyMap<string, string>;
  /** `WORKDIR`; `/` where there is none. */
  readonly workDir: string;
  /** Folders of `VOLUME`. */
  readonly volumes: readonly string[];
  /** `STOPSIGNAL`; empty where there is none. */
  readonly stopSignal: string;
  /** What each layer was made by, the oldest first; empty where the engine does not say. */
  readonly history: readonly string[];
  /** The files of the image. They are read once, when they are first needed. @throws UnreadableImage where it cannot be read. */
  files(): Promise<ImageFiles>;
}

/** Thrown where the files of an image cannot be read: checks of them have no result. */
export class UnreadableImage extends Error {}
