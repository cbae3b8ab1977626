/** A small root tree on disk with names that need care, and images of it made by mke2fs. */
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeImage } from './e2fsprogs';
import type { TestImage } from './image';

/** A temporary folder for a test, removed at the end of the process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-tree-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Content of /usr/bin/tool: long enough for several blocks, and found nowhere else in an image. */
export const toolContent = 'the content of a tool, long enough for blocks. '.repeat(100);

/** Writes the tree into a fresh folder, and whatever `change` makes of it. */
export function rootTree(
  change: (write: (path: string, content: string | Uint8Array, mode?: number) => void, root: string) => void = () => {},
): string {
  const root = join(temporaryFolder(), 'root');
  const write = (path: string, content: string | Uint8Array, mode = 0o644) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  const owner = `${process.getuid?.() ?? 0}`;
  write('etc/passwd', `root:x:0:0::/root:/bin/sh\nsomeone:x:${owner}:${process.getgid?.() ?? 0}::/:/bin/sh\n`);
  write('etc/group', 'root:x:0:\n');
  write('etc/os-release', 'NAME="Test"\nID=test\nPRETTY_NAME="Test OS 1.0"\n');
  write('etc/shadow', 'root:*:1::::::\n', 0o600);
  write('usr/bin/tool', toolContent, 0o755);
  write('usr/bin/elf', elf(62), 0o755);
  write('usr/share/sp ace#hash', 'odd name\n');
  write('usr/share/back\\slash', 'odd name\n');
  write('usr/share/new\nline', 'odd name\n');
  write('usr/share/ümlaut', 'odd name\n');
  write('usr/share/empty', '');
  mkdirSync(join(root, 'var/cache'), { recursive: true });
  symlinkSync('../usr/bin/tool', join(root, 'etc/link'));
  symlinkSync('no where', join(root, 'etc/dangling'));
  symlinkSync('usr/bin', join(root, 'bin'));
  linkSync(join(root, 'usr/bin/tool'), join(root, 'usr/bin/hard'));
  change(write, root);
  return root;
}

/** The first bytes of an ELF file for a machine, by its number. */
export function elf(machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  new DataView(bytes.buffer).setUint16(18, machine, true);
  return bytes;
}

/** An ext4 image of a tree; labels and features as given. */
export const imageOf = (root: string, options = '-t ext4 -b 1024 -L COS_ACTIVE'): TestImage =>
  makeImage({ size: '8M', options: `${options} -d ${root}` });

/** Overwrites every place in an image where `text` begins, with NUL, for `length` bytes. Returns how many there were. */
export function zeroOut(image: TestImage, text: string, length: number): number {
  const wanted = Buffer.from(text);
  const all = Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.length);
  let count = 0;
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + length)) {
    all.fill(0, at, at + length);
    count++;
  }
  return count;
}
