/** The steps that load a kernel and an initramfs: found as GRUB finds them, read to the end, and checked inside. */
import { isAllZero } from '../bytes/bitmap';
import { ByteStream } from './byte-stream';
import { noKernel, noRoot, pressAnyKey } from './console';
import { GrubError, grubResult } from './grub/error';
import type { GrubFile } from './grub/file';
import { type InitramfsFault, readInitramfs } from './initramfs/archives';
import { type Compression, compressionOf, unpackMessages } from './initramfs/compression';
import { checkFrames, hasEnd } from './initramfs/frames';
import { checkMember } from './initramfs/gzip-member';
import { type KernelFacts, kernelHeadLength, readKernel } from './kernel/kernel';
import type { BootTrace } from './trace';

/** Larger files are not read: no machine loads them. */
const maxFile = 2 ** 31;

/** What is wrong with a packed kernel, as a clause, and what the console shows. */
interface PayloadFault {
  why: string;
  console: string;
}

/** The problem that an error of GRUB is reported as. */
export function grubProblem({ fault }: GrubError) {
  if (fault === 'dangling') return 'boot-link-dangling';
  if (fault === 'not-found' || fault === 'not-a-directory') return 'boot-file-missing';
  if (fault === 'too-many-links' || fault === 'limit') return 'boot-file-not-for-grub';
  return 'boot-file-unreadable';
}

async function openFile(trace: BootTrace, path: string): Promise<GrubFile> {
  const file = await trace.grub.open(path);
  if (file.size <= maxFile) return file;
  const why = `it has ${file.size} bytes, more than a boot loader can load`;
  throw new GrubError('limit', why, 'out of memory.', file.path);
}

/** Reads a file to its end as GRUB does; returns whether all of it is NUL. */
async function isAllNul(trace: BootTrace, file: GrubFile): Promise<boolean> {
  let nul = true;
  for await (const piece of file.bytes()) {
    trace.signal?.throwIfAborted();
    if (nul && !isAllZero(piece)) nul = false;
  }
  return nul;
}

export async function kernelStep(trace: BootTrace, path: string): Promise<void> {
  const load = async () => {
    const file = await openFile(trace, path);
    const nul = await isAllNul(trace, file);
    await checkKernel(trace, path, file, await file.head(kernelHeadLength), nul);
  };
  const error = await grubResult(load());
  if (!(error instanceof GrubError)) return;
  const message = `GRUB cannot load the kernel ${path}: ${error.path}: ${error.message}.`;
  const data = { what: 'kernel', why: error.message };
  const console = `error: ${error.console}\n${noKernel}`;
  trace.fail('kernel', message, grubProblem(error), { path: error.path }, data, console);
}

async function checkKernel(
  trace: BootTrace,
  path: string,
  file: GrubFile,
  head: Uint8Array,
  nul: boolean,
): Promise<void> {
  const facts = readKernel(head);
  const where = { path: file.path, inode: file.inode };
  const { size } = file;
  const { kind = null, machine = null, declared = 0, version = '' } = facts ?? {};
  trace.kernel ??= { path: file.path, kind, machine, size, declared, version };
  if (facts === null) {
    const allNul = nul && size > 0;
    const why =
      size === 0 ? 'it is empty' : allNul ? `all its ${size} bytes are NUL` : 'its header is not that of a kernel';
    const id = allNul ? 'kernel-all-nul' : 'kernel-not-recognised';
    const error = size < 0x264 ? `premature end of file ${path}.` : 'invalid magic number.';
    trace.fail('kernel', `${path} is not a kernel: ${why}.`, id, where, { why }, `error: ${error}\n${noKernel}`);
    return;
  }
  trace.machine ??= machine;
  if (size < declared) {
    const message = `${path} is truncated: it has ${size} bytes, its headers require ${declared}.`;
    // GRUB checks only what it has and starts it; firmware refuses a program with a section past its end
    const console = `error: premature end of file ${path}.\n(or, if GRUB does not notice, nothing at all after the menu)`;
    trace.fail('kernel', message, 'kernel-truncated', where, { size, declared }, console);
    return;
  }
  const fault = await payloadFault(trace, file, facts);
  if (fault !== null) {
    const { why } = fault;
    const console = kind === 'gzip' ? `error: premature end of file ${path}.\n${noKernel}` : fault.console;
    trace.fail('kernel', `${path} is damaged: ${why}.`, 'kernel-damaged', where, { why }, console);
    return;
  }
  const details = [version, machine].filter(Boolean).join(', ');
  trace.pass('kernel', `${path} is a complete ${kind} of ${size} bytes${details === '' ? '' : ` (${details})`}.`);
}

/** What is wrong with the packed part of a kernel; null if nothing is. */
async function payloadFault(trace: BootTrace, file: GrubFile, facts: KernelFacts): Promise<PayloadFault | null> {
  const isGzip = facts.kind === 'gzip';
  const packed = isGzip ? { at: 0, length: file.size } : facts.payload;
  // code and tables outside packed data may contain blocks of NUL
  if (packed === null) return null;
  const { at, length } = packed;
  if (at + length > file.size)
    return { why: 'its packed part extends past the end of the file', console: '-- System halted' };
  const head = new ByteStream(file.bytes(at), at);
  const compression = compressionOf(await head.peek(9));
  await head.close();
  const console = `${compression === null ? 'uncompression error' : unpackMessages[compression]}\n\n -- System halted`;
  const nulAt = await nulBlock(file, at, at + length);
  if (nulAt >= 0) return { why: `the block at byte ${nulAt} of its packed part is all NUL`, console };
  const why = compression === null ? null : await unpackFault(trace, file, at, compression, facts);
  return why === null ? null : { why: `${isGzip ? '' : 'in its packed part, '}${why}`, console };
}

async function unpackFault(
  trace: BootTrace,
  file: GrubFile,
  at: number,
  compression: Compression,
  { kind, payload }: KernelFacts,
): Promise<string | null> {
  if (compression === 'gzip') {
    if (trace.inflate === undefined) return null;
    const member = await checkMember(
      (from) => file.bytes(from),
      at,
      trace.inflate,
      async (content) => {
        // the first bytes identify the packed kernel of arm64 and others
        trace.machine ??= readKernel(await content.peek(4096))?.machine ?? null;
      },
    );
    return member.fault;
  }
  // these have no end that could be compared with the headers
  if (!hasEnd(compression) || compression === 'lz4-frame') return null;
  const framed = payload?.framed;
  // the size of the kernel follows, which looks like that of another block
  if (kind === 'arm zImage' && compression === 'lz4' && framed === undefined) return null;
  const bytes = file.bytes(at);
  const stream = new ByteStream(framed === undefined ? bytes : firstBytes(bytes, framed), at);
  const fault = await checkFrames(compression, stream);
  const left = framed === undefined ? 0 : at + framed - stream.position;
  await stream.close();
  return fault === null && left > 0 ? `its frames end ${left} bytes before its end` : fault;
}

async function* firstBytes(
  pieces: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = length;
  for await (const piece of pieces) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

/** First byte of a whole NUL block of the file system in packed data, which no packer writes; -1 if there is none. */
async function nulBlock(file: GrubFile, from: number, to: number): Promise<number> {
  if (from === 0) return -1;
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
      if (run >= blockSize) return at - blockSize;
      run = 0;
    }
    if (at >= to) break;
  }
  return -1;
}

const initramfsProblems = {
  unknown: 'initramfs-not-recognised',
  truncated: 'initramfs-truncated',
  damaged: 'initramfs-damaged',
} as const satisfies Record<InitramfsFault['kind'], string>;

/** Loads one part of the initramfs. Returns whether it contains an init or content that was not unpacked; null if it fails. */
async function loadInitramfs(trace: BootTrace, path: string): Promise<boolean | null> {
  const file = await openFile(trace, path);
  const known = trace.loaded.get(file.inode);
  if (known !== undefined) return known;
  if (file.size > trace.initramfsLeft) {
    trace.notChecked.push({ what: path, why: 'all files of the initramfs together have more than 1 GiB' });
    return true;
  }
  trace.initramfsLeft -= file.size;
  const loaded = await readArchives(trace, path, file);
  trace.loaded.set(file.inode, loaded);
  return loaded;
}

async function readArchives(trace: BootTrace, path: string, file: GrubFile): Promise<boolean | null> {
  const { archives, seen, unread, fault, isTooLarge } = await readInitramfs(file, trace.inflate);
  const hasInit = seen.initMode !== null;
  trace.initramfs.push({ path: file.path, size: file.size, archives });
  if (seen.systemd) trace.systemdInitramfs = true;
  else if (unread.length === 0 && hasInit) trace.systemdInitramfs ??= false;
  if (fault !== null) {
    const { why, console } = fault;
    const where = { path: file.path, inode: file.inode };
    const message = `${path} cannot be unpacked: ${why}.`;
    trace.fail('initramfs', message, initramfsProblems[fault.kind], where, { why }, `${console}\n${noRoot}`);
    return null;
  }
  const kinds = archives.map(({ kind }) => kind).join(' + ');
  const count = unread.length === 0 ? `, ${seen.files} files` : '';
  trace.pass('initramfs', `${path} is complete: ${kinds}, ${file.size} bytes${count}.`);
  if (isTooLarge) trace.notChecked.push({ what: `the content of ${path}`, why: 'it unpacks to more than 1 GiB' });
  for (const kind of isTooLarge ? [] : unread)
    trace.notes.push(`The ${kind} archive in ${path} was checked by its frames, not unpacked: its content is unknown.`);
  return hasInit || unread.length > 0;
}

/** Loads all parts of the initramfs, which the kernel gets as one. */
export async function initramfsStep(trace: BootTrace, paths: readonly string[]): Promise<void> {
  const results: (boolean | null)[] = [];
  for (const path of paths) {
    const loaded = await grubResult(loadInitramfs(trace, path));
    results.push(loaded instanceof GrubError ? null : loaded);
    if (!(loaded instanceof GrubError)) continue;
    const message = `GRUB cannot load the initramfs ${path}: ${loaded.path}: ${loaded.message}.`;
    const data = { what: 'initramfs', why: loaded.message };
    const console = `error: ${loaded.console}${pressAnyKey}\n${noRoot}`;
    trace.fail('initramfs', message, grubProblem(loaded), { path: loaded.path }, data, console);
  }
  if (paths.length === 0 || results.includes(null) || results.includes(true)) return;
  const why = `${paths.join(' and ')} ${paths.length === 1 ? 'has' : 'have'} no file /init`;
  trace.fail('initramfs', `${why}.`, 'initramfs-no-init', { path: paths.at(-1)! }, { why }, noRoot);
}
