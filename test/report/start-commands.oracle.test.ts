/** Runs the commands that reports advise for files of other kinds, on such files: they must end well. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { splitStep, startSteps } from '../../src/report/start-steps';
import { memorySource } from '../../src/source/memory';
import { withoutPrimary } from '../../src/volume/start/decide';
import { sparseOf } from '../support/android-sparse';
import { builtCli } from '../support/cli';
import { TestImage } from '../support/image';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

const ext = TestImage.load('ext2-1k').bytes;
const mebibyte = 2 ** 20;

/** A recipe that makes `a b` in a folder in which the image is `ext.img`. */
type Make = (folder: string) => void;

const sh =
  (command: string): Make =>
  (folder) => {
    execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
  };
const write =
  (bytes: Uint8Array | string): Make =>
  (folder) => {
    writeFileSync(join(folder, 'a b'), bytes);
  };
/** An empty file that a program makes a file system in. */
const format =
  (size: number, command: string): Make =>
  (folder) => {
    writeFileSync(join(folder, 'a b'), new Uint8Array(size));
    sh(`${command} 'a b'`)(folder);
  };
const archived = (kind: string) => sh(`mkdir casper; touch casper/x; bsdtar --format ${kind} -cf 'a b' casper`);

const cases: readonly (readonly [name: string, tool: string, make: Make])[] = [
  ['QCOW2', 'qemu-img', sh("qemu-img convert -O qcow2 ext.img 'a b'")],
  ['VMDK', 'qemu-img', sh("qemu-img convert -O vmdk ext.img 'a b'")],
  ['VHD', 'qemu-img', sh("qemu-img convert -O vpc ext.img 'a b'")],
  ['VHDX', 'qemu-img', sh("qemu-img convert -O vhdx ext.img 'a b'")],
  ['VDI', 'qemu-img', sh("qemu-img convert -O vdi ext.img 'a b'")],
  ['QED', 'qemu-img', sh("qemu-img convert -O qed ext.img 'a b'")],
  ['Parallels', 'qemu-img', sh("qemu-img convert -O parallels ext.img 'a b'")],
  ['Android sparse', 'simg2img', write(sparseOf([{ raw: ext }]))],
  ['gzip', 'gzip', sh("gzip -c ext.img > 'a b'")],
  ['xz', 'xz', sh("xz -0c ext.img > 'a b'")],
  ['lzma', 'xz', sh("xz --format=lzma -0c ext.img > 'a b'")],
  ['zstd', 'zstd', sh("zstd -qc ext.img > 'a b'")],
  ['lz4', 'lz4', sh("lz4 -qc ext.img > 'a b'")],
  ['lz4', 'lz4', sh("lz4 -lqc ext.img > 'a b'")],
  ['lzop', 'lzop', sh("lzop -c ext.img > 'a b'")],
  ['bzip2', 'bzip2', sh("bzip2 -c ext.img > 'a b'")],
  ['zip', 'bsdtar', archived('zip')],
  ['tar', 'bsdtar', archived('ustar')],
  ['7z', 'bsdtar', archived('7zip')],
  ['cpio', 'bsdtar', archived('newc')],
  ['ISO 9660', 'bsdtar', archived('iso9660')],
  ['squashfs', 'mksquashfs', sh("mksquashfs ext.img 'a b' -quiet")],
  ['cramfs', 'mkfs.cramfs', sh("mkdir d; echo x > d/x; mkfs.cramfs d 'a b'")],
  ['EROFS', 'mkfs.erofs', sh("mkdir d; echo x > d/x; mkfs.erofs 'a b' d")],
  ['XFS', 'mkfs.xfs', format(320 * mebibyte, 'mkfs.xfs -q')],
  ['btrfs', 'mkfs.btrfs', format(128 * mebibyte, 'mkfs.btrfs -q')],
  ['F2FS', 'mkfs.f2fs', format(64 * mebibyte, 'mkfs.f2fs -q')],
  ['FAT', 'mkfs.fat', format(8 * mebibyte, 'mkfs.fat')],
  ['exFAT', 'mkfs.exfat', format(8 * mebibyte, 'mkfs.exfat')],
  ['NTFS', 'mkfs.ntfs', format(8 * mebibyte, 'mkfs.ntfs -F -q -Q')],
  ['minix', 'mkfs.minix', format(mebibyte, 'mkfs.minix -1')],
  ['minix', 'mkfs.minix', format(mebibyte, 'mkfs.minix -2 -n 14')],
  ['swap', 'mkswap', format(mebibyte, 'mkswap')],
  ['dm-verity', 'veritysetup', sh("veritysetup format ext.img 'a b'")],
  ['ELF', 'file', sh("cp /bin/true 'a b'")],
  ['HTML', 'head', write('<!DOCTYPE html><title>404 Not Found</title>')],
  ['JSON', 'head', write('{"error":404}')],
  ['text', 'head', write('404 page not found\n')],
  ['shifted', 'tail', sh("(head -c 64 /dev/zero; cat ext.img) > 'a b'")],
  ['shifted', 'tail', sh("(head -c 131072 /dev/zero; cat ext.img) > 'a b'")],
  ['shifted', 'tail', sh("tail -c +513 ext.img > 'a b'")],
];

/** Statuses other than 0 that programs end with on sound files. */
const allowed = (command: string): readonly number[] => (command.startsWith('extcheck ') ? [0, 1] : [0]);

/** Runs commands as they are printed. */
function runAll(commands: readonly string[], folder: string, skip: (reason: string) => void): void {
  for (const command of commands) {
    const tool = command.replace(/^\(/, '').split(' ')[0]!;
    if (tool !== 'extcheck' && spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
      return skip(`${tool} is not installed`);
    const run = command.replace(/^extcheck /, `'${process.execPath}' '${builtCli()}' `);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', run], { cwd: folder, encoding: 'utf8' });
    expect(allowed(command), `${command}\n${stdout}${stderr}`).toContain(status);
  }
}

describe('the commands end well', () => {
  let blank: string;
  beforeAll(() => {
    blank = freshFolder();
    writeFileSync(join(blank, 'ext.img'), ext);
  });

  for (const [name, tool, make] of cases)
    test.skipIf(!isInstalled(tool, '--version'))(name, async (context) => {
      const folder = freshFolder();
      execFileSync('cp', [join(blank, 'ext.img'), folder]);
      make(folder);
      const bytes = readFileSync(join(folder, 'a b'));
      const { start } = await withoutPrimary(memorySource(bytes), true, async () => null);
      expect(start).toMatchObject(name === 'shifted' ? { kind: name } : { name });
      const steps = startSteps(start!, 'a b');
      expect(steps.length).toBeGreaterThan(0);
      runAll(
        steps.flatMap(({ run }) => run),
        folder,
        context.skip,
      );
    });

  test.each([
    ['split -d -a 3', 'a b.img.', 'a b.img.001'],
    ['split -a 2', 'a b.img.', 'a b.img.aa'],
    ['split -d --suffix-length=1', 'a b.part', 'a b.part1'],
  ])('%s', (command, prefix, part) => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'ext.img'), ext);
    execFileSync('sh', ['-c', `${command} -b ${Math.ceil(ext.length / 4)} ext.img 'x/${prefix}'`], { cwd: folder });
    runAll(splitStep(`x/${part}`)!.run, folder, (reason) => expect.fail(reason));
  });
});
