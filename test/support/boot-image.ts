/** A small system that boots: kernel, initramfs, init with loader and library, all made in code, put into an image by mke2fs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A path with its content: bytes or text for a file, `{ link }` for a symlink, `{ mode }` for other permissions. */
export type Node = Uint8Array | string | { link: string } | { bytes: Uint8Array | string; mode: number };
export type FileTree = Record<string, Node>;

/** Bytes without repetition and zeros, always the same. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = ((state >>> 16) % 255) + 1;
  }
  return bytes;
}

/** A bzImage with true headers whose packed part is gzip of noise. */
export function bzImage(payload: Uint8Array = gzipSync(noise(60_000)), machine = 0x8664): Uint8Array {
  const sectors = 4;
  const start = (sectors + 1) * 512;
  const offset = 0x3b4;
  const size = Math.ceil((offset + payload.length + 64) / 16) * 16;
  const bytes = new Uint8Array(start + size);
  bytes.set(noise(bytes.length, 7));
  const view = new DataView(bytes.buffer);
  bytes.fill(0, 0, 0x400);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, 0x82, true);
  view.setUint32(0x82, 0x4550, true);
  view.setUint16(0x86, machine, true);
  view.setUint8(0x1f1, sectors);
  view.setUint32(0x1f4, size / 16, true);
  view.setUint16(0x1fe, 0xaa55, true);
  view.setUint32(0x202, 0x53726448, true);
  view.setUint16(0x206, 0x20f, true);
  view.setUint16(0x20e, 0x300, true);
  bytes.set(new TextEncoder().encode('6.4.0-test'), 0x500);
  bytes[0x50a] = 0;
  view.setUint8(0x211, 1);
  view.setUint16(0x236, 1, true);
  view.setUint32(0x248, offset, true);
  view.setUint32(0x24c, payload.length, true);
  bytes.set(payload, start + offset);
  return bytes;
}

/** An Image for arm64, without an EFI stub. */
export function arm64Image(length = 20_000): Uint8Array {
  const bytes = noise(length, 5);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, length + 4096, true);
  view.setUint32(20, 0, true);
  view.setUint32(56, 0x644d5241, true);
  return bytes;
}

/** A cpio archive of the newc kind. */
export function cpio(files: Record<string, { mode?: number; bytes?: Uint8Array | string }>): Uint8Array {
  const parts: Uint8Array[] = [];
  const push = (bytes: Uint8Array): void => {
    parts.push(bytes, new Uint8Array(-bytes.length & 3));
  };
  const entries = [...Object.entries(files), ['TRAILER!!!', { mode: 0, bytes: '' }] as const];
  entries.forEach(([name, { mode = 0o100644, bytes = '' }], i) => {
    const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    const raw = new TextEncoder().encode(name);
    const numbers = [i + 1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, raw.length + 1, 0];
    const head = `070701${numbers.map((one) => one.toString(16).padStart(8, '0')).join('')}`;
    push(Uint8Array.from([...new TextEncoder().encode(head), ...raw, 0]));
    push(content);
  });
  return joined(...parts);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The files of an initramfs: microcode in a separate archive, then what the kernel starts. */
export const earlyCpio = (): Uint8Array =>
  joined(cpio({ 'kernel/x86/microcode/GenuineIntel.bin': { bytes: noise(3000) } }), new Uint8Array(512));
export const mainCpio = (): Uint8Array =>
  cpio({
    usr: { mode: 0o40755 },
    init: { mode: 0o100755, bytes: '#!/bin/sh\n' },
    'usr/lib/systemd/systemd': { mode: 0o100755, bytes: noise(70_000, 3) },
  });

/** A program or library of 64 bits for x86_64, or another machine, with just the headers that a loader reads. */
export function elf(
  options: { interpreter?: string; needed?: readonly string[]; runPath?: string; machine?: number } = {},
): Uint8Array {
  const { interpreter, needed = [], runPath, machine = 62 } = options;
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  const long = (at: number, value: number) => view.setUint32(at, value, true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 3, true);
  view.setUint16(18, machine, true);
  long(32, 64);
  view.setUint16(54, 56, true);
  const headers: [number, number, number][] = [[1, 0, 4096]];
  let strings = 2048;
  const text = (value: string): number => {
    const at = strings;
    bytes.set(new TextEncoder().encode(value), at);
    strings += value.length + 1;
    return at;
  };
  if (interpreter !== undefined) headers.push([3, text(interpreter), interpreter.length + 1]);
  const dynamic: [number, number][] = needed.map((name) => [1, text(name) - 2048]);
  if (runPath !== undefined) dynamic.push([29, text(runPath) - 2048]);
  dynamic.push([5, 2048], [0, 0]);
  dynamic.forEach(([tag, value], i) => {
    long(1024 + i * 16, tag);
    long(1032 + i * 16, value);
  });
  headers.push([2, 1024, dynamic.length * 16]);
  view.setUint16(56, headers.length, true);
  headers.forEach(([type, offset, length], i) => {
    const at = 64 + i * 56;
    long(at, type);
    long(at + 8, offset);
    long(at + 16, offset);
    long(at + 32, length);
  });
  return bytes;
}

/** The part of an Elemental image that matters for booting. */
export const elementalTree = (): FileTree => ({
  '/etc/cos/bootargs.cfg':
    '# made by a test\nset kernel=/boot/vmlinuz\nif [ -n "$recovery_label" ]; then\n  set kernelcmd="root=live"\nelse\n  set kernelcmd="console=tty1 root=LABEL=$state_label cos-img/filename=$img"\nfi\nset initramfs=/boot/initrd\n',
  '/etc/cos/grub.cfg': 'set timeout=10\n',
  '/etc/harvester-release.yaml': 'harvester: v1.0.0\n',
  '/etc/os-release': { link: '../usr/lib/os-release' },
  '/usr/lib/os-release': 'NAME="Test"\nPRETTY_NAME="Test OS 1"\n',
  '/boot/vmlinuz': { link: 'vmlinuz-6.4.0' },
  '/boot/initrd': { link: 'initrd-6.4.0' },
  '/boot/vmlinuz-6.4.0': bzImage(),
  '/boot/initrd-6.4.0': joined(earlyCpio(), new Uint8Array(gzipSync(mainCpio()))),
  '/sbin/init': { link: '../usr/lib/systemd/systemd' },
  '/usr/lib/systemd/systemd': {
    bytes: elf({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['libc.so.6', 'libsystemd-shared.so'],
      runPath: '/usr/lib/systemd',
    }),
    mode: 0o755,
  },
  '/usr/lib/systemd/libsystemd-shared.so': elf({ needed: ['libc.so.6'] }),
  '/lib64/ld-linux-x86-64.so.2': { bytes: elf(), mode: 0o755 },
  '/lib64/libc.so.6': { bytes: elf(), mode: 0o755 },
});

/** Calls `work` with a folder that is removed afterwards, also after a promise. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-boot-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  let result: T;
  try {
    result = work(folder);
  } catch (error) {
    remove();
    throw error;
  }
  if (result instanceof Promise) return result.finally(remove) as T;
  remove();
  return result;
}

/** Writes a tree below a folder. */
export function plant(folder: string, tree: FileTree): void {
  for (const [path, node] of Object.entries(tree)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof node === 'string' || node instanceof Uint8Array) writeFileSync(at, node);
    else if ('link' in node) symlinkSync(node.link, at);
    else {
      writeFileSync(at, node.bytes);
      chmodSync(at, node.mode);
    }
  }
}

export interface ImageOptions {
  /** Arguments of mke2fs; ext2 with the label COS_ACTIVE when left out. */
  options?: readonly string[];
  size?: string;
  /** Commands for debugfs afterwards. */
  commands?: readonly string[];
}

/** An image of a tree, made by mke2fs -d. */
export function imageOf(
  tree: FileTree,
  { options = ['-t', 'ext2', '-L', 'COS_ACTIVE'], size = '8M', commands }: ImageOptions = {},
): Uint8Array {
  return inTemporaryFolder((folder) => {
    const root = join(folder, 'root');
    mkdirSync(root);
    plant(root, tree);
    const image = join(folder, 'image');
    const run = spawnSync(
      'mke2fs',
      ['-q', '-F', '-b', '4096', '-E', 'root_owner=0:0', ...options, '-d', root, image, size],
      { encoding: 'utf8' },
    );
    if (run.status !== 0) throw new Error(`mke2fs: ${run.stderr}`);
    if (commands) spawnSync('debugfs', ['-w', '-f', '-', image], { input: commands.join('\n') });
    return new Uint8Array(readFileSync(image));
  });
}

/** Blocks of a file in an image, as debugfs lists them. */
export function blocksOf(image: Uint8Array, path: string): number[] {
  return inTemporaryFolder((folder) => {
    const file = join(folder, 'image');
    writeFileSync(file, image);
    const { stdout } = spawnSync('debugfs', ['-R', `blocks ${path}`, file], { encoding: 'utf8' });
    return stdout.trim().split(/\s+/).map(Number);
  });
}

/** Fills one block of 4 KiB with zeros. */
export function zeroBlock(image: Uint8Array, block: number): void {
  image.fill(0, block * 4096, (block + 1) * 4096);
}
