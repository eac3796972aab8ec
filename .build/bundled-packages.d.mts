/** A package whose code is in the bundles. */
export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string | undefined;
}

export function bundledPackages(
  outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>,
): readonly BundledPackage[];
