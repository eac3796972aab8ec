import { isSatisfied, type NodePackage } from './installed.ts';
import { readPackageJson } from './package-json.ts';
import { type DependencyInstall, installCommand } from './package-manager.ts';
import { workspaceMembers } from './workspaces.ts';

/** An installation, and the folder that it runs in. */
export type PlannedInstall = DependencyInstall & { readonly dir: string };

/**
 * What installs the dependencies of the packages in `dirs`, which are listed from the code directory down. A folder needs
 * no installation without a `package.json` or dependencies, with a `node_modules` that satisfies it (and npm's lock file),
 * or as a member of a workspace above, which is installed as a whole.
 *
 * @throws OptmlError INTERPRETER_MISSING if a package manager is missing; PROGRAM_INVALID for a `package.json` that cannot be
 * read, and a lock file that is no regular file.
 */
export function planDependencies(
  dirs: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
): readonly PlannedInstall[] {
  const installed = new Set<string>();
  return dirs.flatMap((dir) => {
    const manifest = readPackageJson(dir);
    if (manifest === undefined || installed.has(dir)) return [];
    const root = { dir, manifest };
    const members = membersOf(root);
    for (const member of members) installed.add(member.dir);
    return isSatisfied(root, members) ? [] : [{ ...installCommand(root, variables), dir }];
  });
}

function membersOf({ dir, manifest }: NodePackage): readonly NodePackage[] {
  return workspaceMembers(dir, manifest).map((member) => ({ dir: member, manifest: readPackageJson(member) ?? {} }));
}
