/** Mounts images with the kernel of this machine, as root: what it says is the reference for `mountable`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fastFolder } from './e2fsprogs';

export interface MountResults {
  readWrite: boolean;
  readOnly: boolean;
  readOnlyDevice: boolean;
}

/** The ways of mounting, in the order in which they are tried. */
export const ways = ['readOnlyDevice', 'readOnly', 'readWrite'] as const satisfies readonly (keyof MountResults)[];

/**
 * Tries one mount: device, options, mount point, and 'list' where the root directory must be readable too. A superblock may
 * ask the kernel to panic at an error; the option is stronger.
 */
const script = `
try() {
  if mount -t ext4 -o "$2,errors=continue" "$1" "$at"; then
    works=1
    if [ "$list" = list ]; then stat "$at/." >&2 && ls -a "$at/" >&2 || works=0; fi
    umount "$at" || exit 9
    echo "$works"
  else echo 0; fi
}
at=$3 list=$4
try "$1" ro
dd if="$5" of="$6" bs=1M conv=notrunc status=none && try "$2" ro
dd if="$5" of="$6" bs=1M conv=notrunc status=none && try "$2" rw
`;

/** How the names of the folders of this process begin. */
const foldersOfProcess = join(fastFolder, `extcheck-mount-${process.pid}-`);

/** Two loop devices that all images of one size use in turn: making one for each image takes longer than the mounts. */
class Devices {
  private readonly folder: string;
  /** Not changed by the kernel: its device is read-only. */
  private readonly original: string;
  private readonly copy: string;
  private readonly at: string;
  private readonly readOnly: string;
  private readonly writable: string;

  constructor(readonly size: number) {
    this.folder = mkdtempSync(foldersOfProcess);
    this.at = join(this.folder, 'at');
    mkdirSync(this.at);
    this.original = join(this.folder, 'original');
    this.copy = join(this.folder, 'copy');
    for (const file of [this.original, this.copy]) writeFileSync(file, new Uint8Array(size));
    this.readOnly = attach('-r', this.original);
    this.writable = attach(this.copy);
  }

  mount(bytes: Uint8Array, list: boolean): MountResults {
    // 'r+' keeps the file, and with it the length that the device has
    writeFileSync(this.original, bytes, { flag: 'r+' });
    const { readOnly, writable, at, original, copy } = this;
    const args = ['-c', script, 'sh', readOnly, writable, at, list ? 'list' : '', original, copy];
    const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    if (status !== 0 || lines.length !== ways.length) throw new Error(`the mounts ended with ${status}: ${stderr}`);
    const [readOnlyDevice, readOnlyMount, readWrite] = lines.map((line) => line === '1');
    return { readWrite: readWrite!, readOnly: readOnlyMount!, readOnlyDevice: readOnlyDevice! };
  }

  close(): void {
    for (const device of [this.readOnly, this.writable]) spawnSync('losetup', ['-d', device]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function attach(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('losetup', ['-f', '--show', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no loop device: ${stderr}`);
  return stdout.trim();
}

let devices: Devices | null = null;

/** Detaches the loop devices; the end of the process does so too. */
export function detachMounts(): void {
  devices?.close();
  devices = null;
}
process.on('exit', detachMounts);

/** Detaches those of all threads of this process, one of which may have been ended in the middle of a mount. */
export function detachAllMounts(): void {
  const { stdout } = spawnSync('losetup', ['-l', '-n', '-O', 'NAME,BACK-FILE'], { encoding: 'utf8' });
  for (const line of stdout.split('\n')) {
    const [device, file] = line.trim().split(/\s+/);
    if (device === undefined || !file?.startsWith(foldersOfProcess)) continue;
    const folder = dirname(file);
    spawnSync('umount', ['-q', join(folder, 'at')]);
    spawnSync('losetup', ['-d', device]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Mounts a copy of the image in each way, and unmounts it. With `list`, a mount works only if the root directory can be
 * examined and listed.
 */
export function mountResults(bytes: Uint8Array, { list = false } = {}): MountResults {
  if (devices?.size !== bytes.length) {
    detachMounts();
    devices = new Devices(bytes.length);
  }
  return devices.mount(bytes, list);
}
