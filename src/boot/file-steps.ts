/** The steps that load a kernel and an initramfs: found as GRUB finds them, read to the end, and looked into. */
import { isAllZero } from '../bytes/bitmap';
import { ByteStream } from './byte-stream';
import { GrubError } from './grub/error';
import type { GrubFile } from './grub/file';
import { type InitramfsFault, readInitramfs } from './initramfs/archives';
import { compressionOf, unpackMessages } from './initramfs/compression';
import { walkFrames } from './initramfs/frames';
import { checkMember } from './initramfs/gzip-member';
import { type KernelFacts, kernelHeadLength, readKernel } from './kernel/kernel';
import { problems } from './problems';
import { noKernel, noRoot, type Walk } from './walk';

/** Larger files are not read: no machine loads them. */
const maxFile = 2 ** 31;

/** What went wrong with a file, for an entry of a menu that is not the first one. */
export interface Failure {
  why: string;
  console: string;
}

/** How GRUB's failure is told: `what` is the kernel, the initramfs or the configuration. */
export function grubProblem({ fault }: GrubError) {
  if (fault === 'dangling') return problems['boot-link-dangling'];
  if (fault === 'not-found' || fault === 'not-a-directory') return problems['boot-file-missing'];
  if (fault === 'too-many-links' || fault === 'limit') return problems['boot-file-not-for-grub'];
  return problems['boot-file-unreadable'];
}

async function openFile(walk: Walk, path: string): Promise<GrubFile> {
  const file = await walk.grub.open(path);
  if (file.size > maxFile)
    throw new GrubError(
      'limit',
      `it has ${file.size} bytes, more than a boot loader can load`,
      'out of memory.',
      file.path,
    );
  return file;
}

/** Reads a file to its end as GRUB does; whether all of it is NUL. */
async function readThrough(walk: Walk, file: GrubFile): Promise<boolean> {
  let nul = true;
  for await (const piece of file.bytes()) {
    walk.signal?.throwIfAborted();
    if (nul && !isAllZero(piece)) nul = false;
  }
  return nul;
}

/** Loads the kernel at a path; returns whether it can be started. */
export async function kernelStep(walk: Walk, path: string): Promise<boolean> {
  try {
    const file = await openFile(walk, path);
    const nul = await readThrough(walk, file);
    const head = await file.head(kernelHeadLength);
    return await judgeKernel(walk, path, file, head, nul);
  } catch (error) {
    if (!(error instanceof GrubError)) throw error;
    const says = `GRUB cannot load the kernel ${path}: ${error.path}: ${error.message}.`;
    const data = { what: 'kernel', why: error.message };
    walk.fails('kernel', says, grubProblem(error), { path: error.path }, data, `error: ${error.console}\n${noKernel}`);
    return false;
  }
}

async function judgeKernel(walk: Walk, path: string, file: GrubFile, head: Uint8Array, nul: boolean): Promise<boolean> {
  const facts = readKernel(head);
  const where = { path: file.path, inode: file.inode };
  const { size } = file;
  walk.kernel ??= {
    path: file.path,
    kind: facts?.kind ?? null,
    machine: facts?.machine ?? null,
    size,
    declared: facts?.declared ?? 0,
    version: facts?.version ?? '',
  };
  if (facts === null) {
    const allNul = nul && size > 0;
    const why =
      size === 0
        ? 'it is empty'
        : allNul
          ? `all its ${size} bytes are NUL`
          : 'its first bytes are of no known kind of kernel';
    const said = size < 0x264 ? `premature end of file ${path}.` : 'invalid magic number.';
    const problem = problems[allNul ? 'kernel-all-nul' : 'kernel-not-recognised'];
    walk.fails('kernel', `${path} is no kernel: ${why}.`, problem, where, { why }, `error: ${said}\n${noKernel}`);
    return false;
  }
  walk.machine ??= facts.machine;
  if (size < facts.declared) {
    const says = `${path} is cut off: it has ${size} bytes, its headers ask for ${facts.declared}.`;
    // GRUB counts what there is and starts it; firmware refuses a program with a section past its end
    const console = `error: premature end of file ${path}.\n(or, where GRUB does not notice, nothing at all after the menu)`;
    walk.fails('kernel', says, problems['kernel-truncated'], where, { size, declared: facts.declared }, console);
    return false;
  }
  const fault = await payloadFault(walk, file, facts);
  if (fault !== null) {
    const console = facts.kind === 'gzip' ? `error: premature end of file ${path}.\n${noKernel}` : fault.console;
    walk.fails(
      'kernel',
      `${path} is damaged: ${fault.why}.`,
      problems['kernel-damaged'],
      where,
      { why: fault.why },
      console,
    );
    return false;
  }
  const shown = [facts.version, facts.machine].filter(Boolean).join(', ');
  walk.works('kernel', `${path} is a whole ${facts.kind} of ${size} bytes${shown === '' ? '' : ` (${shown})`}.`);
  return true;
}

/** Whether the packed kernel holds together. */
async function payloadFault(walk: Walk, file: GrubFile, facts: KernelFacts): Promise<Failure | null> {
  const whole = facts.kind === 'gzip' ? ({ at: 0, length: file.size, compression: 'gzip' } as const) : facts.payload;
  if (whole === null) return nulBlock(file, 0, file.size);
  if (whole.at + whole.length > file.size)
    return { why: 'its packed part reaches past its end', console: '-- System halted' };
  const head = new ByteStream(file.bytes(whole.at), whole.at);
  const compression = compressionOf(await head.peek(9));
  await head.close();
  const console = `${compression === null ? 'uncompression error' : unpackMessages[compression]}\n\n -- System halted`;
  const nul = await nulBlock(file, whole.at, whole.at + whole.length);
  if (nul !== null) return { ...nul, console };
  if (compression === null) return null;
  const why = await unpackFault(walk, file, whole.at, compression);
  return why === null ? null : { why: `${facts.kind === 'gzip' ? '' : 'in its packed part, '}${why}`, console };
}

async function unpackFault(
  walk: Walk,
  file: GrubFile,
  at: number,
  compression: NonNullable<ReturnType<typeof compressionOf>>,
): Promise<string | null> {
  if (compression === 'gzip') {
    if (walk.inflate === undefined) return null;
    const whole = await checkMember(
      (from) => file.bytes(from),
      at,
      walk.inflate,
      async (content) => {
        // what a packed kernel of arm64 or others is, its first bytes say
        walk.machine ??= readKernel(await content.peek(4096))?.machine ?? null;
      },
    );
    return whole.fault;
  }
  // these have no end of their own that could be held against the headers
  if (compression === 'lzma' || compression === 'bzip2' || compression === 'lzo' || compression === 'lz4-frame')
    return null;
  const stream = new ByteStream(file.bytes(at), at);
  const fault = await walkFrames(compression, stream);
  await stream.close();
  return fault;
}

/** A whole NUL block of the file system where packed data is: no packer writes that. */
async function nulBlock(file: GrubFile, from: number, to: number): Promise<Failure | null> {
  // code and tables outside of packed data may hold such blocks by right
  if (from === 0) return null;
  const { blockSize } = file;
  let at = from;
  let run = 0;
  for await (const piece of file.bytes(from)) {
    for (let done = 0; done < piece.length && at < to; ) {
      const end = at - (at % blockSize) + blockSize;
      const length = Math.min(end - at, piece.length - done);
      run = isAllZero(piece.subarray(done, done + length)) ? run + length : -blockSize;
      done += length;
      at += length;
      if (at !== end) continue;
      if (run >= blockSize)
        return { why: `the block at byte ${at - blockSize} of its packed part is all NUL`, console: '' };
      run = 0;
    }
    if (at >= to) break;
  }
  return null;
}

const initramfsProblem = (fault: InitramfsFault) =>
  problems[
    fault.kind === 'unknown'
      ? 'initramfs-not-recognised'
      : fault.kind === 'truncated'
        ? 'initramfs-truncated'
        : 'initramfs-damaged'
  ];

/** Loads all parts of the initramfs, which the kernel gets as one; returns whether it can be unpacked and has an init. */
export async function initramfsStep(walk: Walk, paths: readonly string[]): Promise<boolean> {
  let good = true;
  let init = false;
  let unread = false;
  for (const path of paths) {
    try {
      const file = await openFile(walk, path);
      const facts = await readInitramfs(file, walk.inflate);
      walk.initramfs.push({ path: file.path, size: file.size, archives: facts.archives });
      init ||= facts.seen.initMode !== null;
      unread ||= facts.unread.length > 0;
      if (facts.seen.systemd) walk.systemdInitramfs = true;
      else if (facts.unread.length === 0 && facts.seen.initMode !== null) walk.systemdInitramfs ??= false;
      if (facts.fault !== null) {
        good = false;
        const { why, console } = facts.fault;
        const where = { path: file.path, inode: file.inode };
        walk.fails(
          'initramfs',
          `${path} does not unpack: ${why}.`,
          initramfsProblem(facts.fault),
          where,
          { why },
          `${console}\n${noRoot}`,
        );
        continue;
      }
      const kinds = facts.archives.map(({ kind }) => kind).join(' + ');
      const count = facts.unread.length === 0 ? `, ${facts.seen.files} files` : '';
      walk.works('initramfs', `${path} is whole: ${kinds}, ${file.size} bytes${count}.`);
      for (const kind of facts.unread)
        walk.notes.push(
          `The ${kind} archive in ${path} was followed from frame to frame, not unpacked: what is in it is not known.`,
        );
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      good = false;
      const says = `GRUB cannot load the initramfs ${path}: ${error.path}: ${error.message}.`;
      const data = { what: 'initramfs', why: error.message };
      const console = `error: ${error.console}\n\nPress any key to continue...\n${noRoot}`;
      walk.fails('initramfs', says, grubProblem(error), { path: error.path }, data, console);
    }
  }
  if (!good || init || unread || paths.length === 0) return good;
  const why = `${paths.join(' and ')} ${paths.length === 1 ? 'has' : 'have'} no file /init`;
  walk.fails(
    'initramfs',
    `${why}.`,
    problems['initramfs-no-init'],
    { path: paths[paths.length - 1]! },
    { why },
    noRoot,
  );
  return false;
}
