import { closeSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFile } from '../../job-tree/input/regular-file.ts';

/** Where node-gyp puts what it builds, and where prebuilt addons are unpacked to. */
const BUILD_FOLDER = 'build/Release';
const HEAD_BYTES = 20;
const MACHINES: Readonly<Record<number, string>> = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64' };
const MACH_O = ['cffaedfe', 'cefaedfe', 'feedfacf', 'feedface', 'cafebabe'];

/** A machine that an addon was built for, in Node's names. */
export interface AddonTarget {
  readonly os: string;
  /** Undefined if the format has several, or another one than those of Node's own names. */
  readonly cpu: string | undefined;
}

/** For which machine the addons of the package in `dir` were built, by the format of one of them; undefined without any. */
export function addonTarget(dir: string): AddonTarget | undefined {
  const folder = join(dir, BUILD_FOLDER);
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.node'));
  } catch {
    // Most packages build nothing.
    return undefined;
  }
  for (const name of names) {
    const target = targetOf(headOf(join(folder, name)));
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Whether an addon runs on a machine, in Node's names. Unknown systems and processors pass. */
export function runsOn(target: AddonTarget, machine: { readonly os: string; readonly cpu: string }): boolean {
  if (!['linux', 'darwin', 'win32'].includes(machine.os)) return true;
  return target.os === machine.os && (target.cpu === undefined || target.cpu === machine.cpu);
}

function targetOf(head: Buffer): AddonTarget | undefined {
  const mark = head.subarray(0, 4).toString('hex');
  // The file does not name its system: of those of Node, nearly always Linux.
  if (mark === '7f454c46' && head.length >= HEAD_BYTES) return { os: 'linux', cpu: MACHINES[head.readUInt16LE(18)] };
  if (MACH_O.includes(mark)) return { os: 'darwin', cpu: undefined };
  return mark.startsWith('4d5a') ? { os: 'win32', cpu: undefined } : undefined;
}

function headOf(file: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openRegularFile(file);
    if (descriptor === undefined) return Buffer.alloc(0);
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } catch {
    // Node reports what cannot be read.
    return Buffer.alloc(0);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
