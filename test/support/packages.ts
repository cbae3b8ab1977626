/** Trees with package databases, and the findings of package checks of their images. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adler32 } from '../../src/bytes/adler32';
import { checkImageOnNode as checkImage } from '../../src/check-on-node';
import { packagesCheck } from '../../src/content/packages/packages-check';
import type { CheckReport } from '../../src/problem/report';
import { memorySource } from '../../src/source/memory';
import { makeImage } from './e2fsprogs';
import type { TestImage } from './image';

export const md5 = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex');

/** A file's content; a target after `->` for a symlink; null for a directory. */
export type Tree = Readonly<Record<string, string | Uint8Array | null>>;

/** Writes a tree into a fresh folder, which is the caller's to remove. */
export function writeTree(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'extcheck-packages-'));
  for (const [path, content] of Object.entries(tree)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (content === null) mkdirSync(file, { recursive: true });
    else if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), file);
    else writeFileSync(file, content);
  }
  return root;
}

let made = 0;

/** An image of a folder in its current state: the label distinguishes it from an earlier one. */
export const imageOfFolder = (root: string, size = '8M'): TestImage =>
  makeImage({ size, options: `-t ext4 -b 1024 -L made-${++made} -d ${root}` });

export function imageOfTree(tree: Tree): TestImage {
  const root = writeTree(tree);
  try {
    return imageOfFolder(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const checkPackages = (image: TestImage): Promise<CheckReport> =>
  checkImage(memorySource(image.bytes), { extensions: [packagesCheck()] });

/** `id path data` of all findings. */
export const briefly = ({ findings }: CheckReport): string[] =>
  findings.map(({ id, path, data }) => `${id} ${path ?? '-'} ${JSON.stringify(data)}`);

/** `id path` of all findings. */
export const named = ({ findings }: CheckReport): string[] => findings.map(({ id, path }) => `${id} ${path ?? '-'}`);

export interface DebianPackage {
  name: string;
  status?: string;
  extra?: string;
  /** Paths without a slash at the start, with their contents for the sums; `null` for a listed path without a sum. */
  files: Tree;
  conffiles?: Readonly<Record<string, string>>;
}

const withParents = (paths: readonly string[]): string[] => {
  const all = new Set(['/.']);
  for (const path of paths)
    for (let at = path.indexOf('/', 1); ; at = path.indexOf('/', at + 1)) {
      all.add(at < 0 ? path : path.slice(0, at));
      if (at < 0) break;
    }
  return [...all];
};

/** The database of dpkg for some packages, as a tree. */
export function dpkgTree(packages: readonly DebianPackage[]): Record<string, string> {
  const tree: Record<string, string> = {};
  let status = '';
  for (const { name, status: state = 'install ok installed', extra = '', files, conffiles = {} } of packages) {
    const listed = [...Object.keys(files), ...Object.keys(conffiles)].map((path) => `/${path}`);
    tree[`var/lib/dpkg/info/${name}.list`] = `${withParents(listed).join('\n')}\n`;
    const sums = Object.entries(files).flatMap(([path, content]) =>
      content === null || String(content).startsWith('-> ') ? [] : [`${md5(content)}  ${path}\n`],
    );
    if (sums.length > 0) tree[`var/lib/dpkg/info/${name}.md5sums`] = sums.join('');
    status += `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: 1.0\n${extra}`;
    const entries = Object.entries(conffiles).map(([path, content]) => ` /${path} ${md5(content)}\n`);
    if (entries.length > 0) status += `Conffiles:\n${entries.join('')}`;
    status += 'Description: a package\n with more than one line\n\n';
  }
  tree['var/lib/dpkg/status'] = status;
  return tree;
}

/** A `Packages.db` of ndb with header blobs. */
export function ndb(blobs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const head = new Uint8Array(4096);
  const view = new DataView(head.buffer);
  const put = (to: DataView, at: number, text: string) => {
    for (let i = 0; i < 4; i++) to.setUint8(at + i, text.charCodeAt(i));
  };
  put(view, 0, 'RpmP');
  view.setUint32(8, 1, true);
  view.setUint32(12, 1, true);
  view.setUint32(16, blobs.length + 1, true);
  for (let at = 32; at < 4096; at += 16) put(view, at, 'Slot');
  let place = 4096 / 16;
  for (const [i, blob] of blobs.entries()) {
    const count = Math.ceil((16 + blob.length + 12) / 16);
    const area = new Uint8Array(count * 16);
    const to = new DataView(area.buffer);
    put(to, 0, 'BlbS');
    to.setUint32(4, i + 1, true);
    to.setUint32(8, 1, true);
    to.setUint32(12, blob.length, true);
    area.set(blob, 16);
    to.setUint32(area.length - 12, adler32(area, 0, area.length - 12), true);
    to.setUint32(area.length - 8, blob.length, true);
    put(to, area.length - 4, 'BlbE');
    const slot = 32 + 16 * i;
    view.setUint32(slot + 4, i + 1, true);
    view.setUint32(slot + 8, place, true);
    view.setUint32(slot + 12, count, true);
    place += count;
    parts.push(area);
  }
  return new Uint8Array(Buffer.concat([head, ...parts]));
}

/** Notes that are kept as text. */
export function keptNotes() {
  const kept: string[] = [];
  return {
    kept,
    damaged: (file: string, what: string, name?: string) => {
      kept.push(`damaged ${file}: ${what}${name === undefined ? '' : ` (${name})`}`);
    },
    unfinished: (name: string, state: string) => {
      kept.push(`unfinished ${name}: ${state}`);
    },
    withoutDigests: (name: string, files: number) => {
      kept.push(`without digests ${name}: ${files}`);
    },
    skipped: (what: string, why: string) => {
      kept.push(`skipped ${what}: ${why}`);
    },
  };
}
