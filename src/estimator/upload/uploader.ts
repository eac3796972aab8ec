/** A location on this machine that a job needs in S3. */
export interface LocalLocation {
  /** `source` becomes one archive `sourcedir.tar.gz` by the rule of `staging/source`; `tree` keeps its files. */
  readonly kind: 'source' | 'tree' | 'manifest' | 'augmented-manifest';
  /** A folder or a file. Absolute. */
  readonly path: string;
  /** What messages and prefixes call it: `code`, or the channel. */
  readonly name: string;
  /** Of a source: the program that must be in it (contract C20). Undefined: not checked. */
  readonly entryPoint?: string | undefined;
  /** Of a source: the job's own command. A virtual environment that it names is a part of the source. */
  readonly command?: readonly string[] | undefined;
  /** Of an augmented manifest: the attributes that the job gets. Undefined: all whose names end in `-ref` are looked at. */
  readonly attributeNames?: readonly string[] | undefined;
}

/** Where uploads go. */
export interface UploadTarget {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly kmsKeyId?: string | undefined;
}

export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** What an upload would do, or has done. */
export interface LocationUpload {
  readonly location: LocalLocation;
  /** What the request names in place of the local path. Its prefix contains the hash of the content. */
  readonly uri: string;
  /** Already there as it is. */
  readonly present: FileCount;
  /** Copied on the server from earlier uploads. */
  readonly copied: FileCount;
  readonly sent: FileCount;
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are settled so far, of all bytes of the location. */
  readonly onProgress?: ((location: LocalLocation, doneBytes: number, totalBytes: number) => void) | undefined;
}

/** Brings locations to S3. What is there already is not sent again; an upload that was interrupted goes on. */
export interface Uploader {
  /** Looks at what {@link upload} would do, and changes nothing. @throws OptmlError */
  plan(location: LocalLocation, options?: UploadOptions): Promise<LocationUpload>;
  /** @throws OptmlError S3_REFUSED and others, which name bucket and key. */
  upload(location: LocalLocation, options?: UploadOptions): Promise<LocationUpload>;
  close(): void;
}
