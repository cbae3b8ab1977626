/** Shell commands that get a file system out of its containers, and a repaired one back in. */
import type { ContainerStep } from '../problem/container';
import { shellWord } from './printable';

const atOffset = (file: string, offset: number): string => (offset === 0 ? file : `${file}?offset=${offset}`);

interface Conversion {
  /** Writes the raw form of `file` to `raw`; both are words of a shell command, except `file` for `offset`. */
  toRaw(file: string, raw: string, step: ContainerStep, at: number): string[];
  /** `compressed`: it is around everything else; `offset`: `toRaw` reads the container from byte `at` of the file. */
  kind?: 'compressed' | 'offset';
  /** The way back, from `raw` to `file`; absent where there is none. */
  fromRaw?(raw: string, file: string): string[];
}

const virtualDisk = (format: string): Conversion => ({
  toRaw: (file, raw) => [`qemu-img convert -O raw ${file} ${raw}`],
  fromRaw: (raw, file) => [`qemu-img convert -f raw -O ${format} ${raw} ${file}`],
});

const packed = (tool: string): Conversion => ({
  kind: 'compressed',
  toRaw: (file, raw) => [`${tool} -dc ${file} > ${raw}`],
  fromRaw: (raw, file) => [`${tool} -c ${raw} > ${file}`],
});

/** A path as a word of a request to debugfs. */
const debugfsWord = (path: string): string => (/[\s"]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path);

/** A file in an ext file system. */
const insideExt: Conversion = {
  kind: 'offset',
  toRaw: (file, raw, { part }, at) => {
    const path = debugfsWord(part?.name.replace(/^file /, '') ?? '');
    return [`debugfs -R ${shellWord(`dump ${path} ${raw}`)} ${shellWord(atOffset(file, at))}`];
  },
};

const conversions: Readonly<Record<string, Conversion>> = {
  qcow2: virtualDisk('qcow2'),
  VHD: virtualDisk('vpc'),
  VHDX: virtualDisk('vhdx'),
  VMDK: virtualDisk('vmdk'),
  VDI: virtualDisk('vdi'),
  'Android sparse': {
    toRaw: (file, raw) => [`simg2img ${file} ${raw}`],
    fromRaw: (raw, file) => [`img2simg ${raw} ${file}`],
  },
  gzip: packed('gzip'),
  xz: packed('xz'),
  zstd: packed('zstd'),
  lz4: packed('lz4'),
  bzip2: packed('bzip2'),
  lzma: packed('lzma'),
  LVM: {
    kind: 'offset',
    toRaw: (file, raw, { part }, at) => {
      const [group = ''] = (part?.label ?? '').split('/');
      return [
        `losetup --read-only${at === 0 ? '' : ` --offset ${at}`} --find ${shellWord(file)}`,
        `vgchange --activate y ${shellWord(group)}`,
        `dd if=${shellWord(`/dev/${part?.label ?? ''}`)} of=${raw} bs=4M conv=sparse`,
      ];
    },
  },
  ext2: insideExt,
  ext3: insideExt,
  ext4: insideExt,
};

/** The way from a file to a raw copy of what holds the file system. */
export interface RawCopy {
  /** Makes the copy. */
  commands: string[];
  /** Name of the copy, with the offset of the file system in the form that e2fsck and extcheck accept. */
  name: string;
  /** Whether the file itself is raw, so that nothing has to be converted. */
  isRaw: boolean;
}

/**
 * @param offset of the image in the file, or in what it unpacks to; for a raw file that of the file system, with all
 * containers
 */
export function rawCopy(file: string, chain: readonly ContainerStep[], offset = 0): RawCopy {
  const converted = chain.filter(({ format }) => conversions[format] !== undefined);
  if (converted.length === 0) {
    const commands = [`cp --sparse=always ${shellWord(file)} copy.img`];
    return { commands, name: atOffset('copy.img', offset), isRaw: true };
  }
  const commands: string[] = [];
  let current = file;
  let at = 0;
  /** The offset, until what is compressed is unpacked. */
  let first = offset;
  let left = converted.length;
  for (const step of chain) {
    const conversion = conversions[step.format];
    if (conversion?.kind !== 'compressed') {
      at += first;
      first = 0;
    }
    if (conversion === undefined) {
      at += step.part?.offset ?? 0;
      continue;
    }
    left--;
    const raw = left === 0 ? 'copy.img' : `outer${converted.length - left}.img`;
    if (at > 0 && conversion.kind === undefined) {
      commands.push(`tail -c +${at + 1} ${shellWord(current)} > part.img`);
      [current, at] = ['part.img', 0];
    }
    const word = conversion.kind === 'offset' ? current : shellWord(current);
    commands.push(...conversion.toRaw(word, raw, step, at));
    current = raw;
    at = 0;
  }
  return { commands, name: atOffset(current, at + first), isRaw: false };
}

/** Puts a raw image back into the form that the outermost container has, as a new file; null if there is no such way. */
export function packAgain(file: string, chain: readonly ContainerStep[]): string[] | null {
  const converted = chain.filter(({ format }) => conversions[format] !== undefined);
  const [outer] = converted;
  if (converted.length !== 1 || outer === undefined) return null;
  return conversions[outer.format]!.fromRaw?.('copy.img', shellWord(`${file}.repaired`)) ?? null;
}
