/** What to do with an image that is not an ext file system, with commands to copy. */
import type { StartFacts } from '../problem/start';
import { shellWord } from './printable';
import { isDisk, isExt, isInnerDisk, startWords } from './start-words';
import { listed } from './words';

/** A sentence, and shell commands that belong to it. */
export interface StartStep {
  say: string;
  run: string[];
  /** The commands write a copy into the current folder. */
  copies?: true;
}

/** The file of an image name such as `disk.img?offset=1048576`, and the byte at which the image starts in it. */
export function fileOf(image = 'IMAGE'): { file: string; offset: number } {
  const found = /^(.+)\?offset=(\d+)$/s.exec(image);
  return found === null ? { file: image, offset: 0 } : { file: found[1]!, offset: Number(found[2]) };
}

/** An offset as the option accepts it: in sectors of 512 bytes, as tools for partitions print it, or in bytes. */
const offsetWord = (offset: number): string => (offset % 512 === 0 ? `${offset / 512}s` : String(offset));

/** Commands that make a raw image of another form, by the name of that form. */
const conversions: Readonly<Record<string, (file: string) => string[]>> = {
  QCOW2: (file) => [`qemu-img convert -O raw ${file} raw.img`],
  VMDK: (file) => [`qemu-img convert -O raw ${file} raw.img`],
  'VMDK description': (file) => [`qemu-img convert -O raw ${file} raw.img`],
  VHD: (file) => [`qemu-img convert -O raw ${file} raw.img`],
  VHDX: (file) => [`qemu-img convert -O raw ${file} raw.img`],
  VDI: (file) => [`qemu-img convert -O raw ${file} raw.img`],
  'Android sparse': (file) => [`simg2img ${file} raw.img`],
  gzip: (file) => [`gzip -dc ${file} > raw.img`],
  xz: (file) => [`xz -dc ${file} > raw.img`],
  zstd: (file) => [`zstd -dc ${file} > raw.img`],
  lz4: (file) => [`lz4 -dc ${file} > raw.img`],
  bzip2: (file) => [`bzip2 -dc ${file} > raw.img`],
};

/** What to do where a conversion is not enough. */
const advice: Readonly<Record<string, string>> = {
  e2image: 'This file cannot be checked. Make one with all metadata instead: e2image -r DEVICE FILE.',
  LUKS: 'Open the volume with cryptsetup, and check the device that it makes.',
  BitLocker: 'Open the volume first, and check the device that this makes.',
  LVM: 'Activate the volume group with vgchange -ay, and check its logical volumes.',
  md: 'Assemble the RAID with mdadm, and check the device that this makes.',
};

/** Makes the command line for the file system at byte `offset` of `file`. */
export type CommandFor = (file: string, offset: number) => string;

/** A command with the option `--offset`. */
export const commandWithOffset =
  (command: string): CommandFor =>
  (file, offset) =>
    `${command}${offset === 0 ? '' : ` --offset ${offsetWord(offset)}`} ${shellWord(file)}`;

/** The steps; empty if there is nothing to do. `commandFor` repeats the command that the user gave. */
export function startSteps(
  start: StartFacts,
  image: string | undefined,
  commandFor: CommandFor = commandWithOffset('extcheck'),
): StartStep[] {
  const { file, offset } = fileOf(image);
  const word = shellWord(file);
  const at = (from: number) => commandFor(file, offset + from);
  const ext = start.partitions.filter(isExt);
  const disks = start.partitions.filter(isInnerDisk);
  const steps: StartStep[] = [];
  if (ext.length > 0) {
    const numbers = listed(ext.map(({ number }) => String(number)));
    const say =
      ext.length === 1
        ? `Use the file system in partition ${numbers}:`
        : `Use the file systems in partitions ${numbers} one by one:`;
    steps.push({ say, run: ext.map((partition) => at(partition.start)) });
  }
  if (disks.length > 0)
    steps.push({ say: 'Look for partitions inside a partition:', run: disks.map((partition) => at(partition.start)) });
  if (isDisk(start) && steps.length === 0)
    steps.push({ say: 'No partition of this disk has an ext2, ext3 or ext4 file system.', run: [] });
  if (start.startsAt !== undefined) steps.push(shiftedStep(start.startsAt, start.name, file, offset, commandFor));
  const convert = conversions[start.name];
  // in a part of a file, the other form would have to be cut out first
  if (convert && offset === 0)
    steps.push({
      say: `Make a raw image, and use that:`,
      run: [...convert(word), commandFor('raw.img', 0)],
      copies: true,
    });
  const other = advice[start.name];
  if (other !== undefined) steps.push({ say: other, run: [] });
  return steps;
}

function shiftedStep(startsAt: number, name: string, file: string, offset: number, commandFor: CommandFor): StartStep {
  const what = name === 'GPT' ? 'disk' : 'file system';
  if (offset + startsAt >= 0)
    return { say: `Use the ${what} where it starts:`, run: [commandFor(file, offset + startsAt)] };
  const lost = `(head -c ${-startsAt} /dev/zero; cat ${shellWord(file)}) > whole.img`;
  return {
    say: `The first ${-startsAt} bytes are lost. Copy the image again. Only if that is not possible, put zeros in their place and use the copy:`,
    run: [lost, commandFor('whole.img', 0)],
    copies: true,
  };
}

/** The steps as lines, commands indented. */
export const startStepLines = (start: StartFacts, image: string | undefined, commandFor?: CommandFor): string[] =>
  startSteps(start, image, commandFor).flatMap(({ say, run }) => [say, ...run.map((command) => `  ${command}`)]);

/** What the image is, and the steps, as lines. */
export const startLines = (start: StartFacts, image: string | undefined, commandFor: CommandFor): string[] => [
  `this is ${startWords(start)}`,
  ...startStepLines(start, image, commandFor),
];
