/** What to do with an image that is not an ext file system, with commands to copy. */
import type { StartFacts } from '../problem/start';
import { imagePlace } from './image-place';
import { shellWord } from './printable';
import { type KindAdvice, lfsAdvice, startAdvice } from './start-commands';
import { isDisk, isExt, isInnerDisk, startWords } from './start-words';
import { listed } from './words';

/** A sentence, and shell commands that belong to it. */
export interface StartStep {
  say: string;
  run: string[];
  /** The commands write a copy into the current folder. */
  copies?: true;
}

/** An offset as the option accepts it: in sectors of 512 bytes, as tools for partitions print it, or in bytes. */
const offsetWord = (offset: number): string => (offset % 512 === 0 ? `${offset / 512}s` : String(offset));

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
  const { file, offset, isPart } = imagePlace(image);
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
  if (start.startsAt !== undefined) steps.push(...shiftedSteps(start.startsAt, start.name, file, offset, commandFor));
  else if (steps.length === 0) {
    const kind = start.name === lfsName ? [lfsAdvice(file, shellWord)] : (startAdvice[start.name] ?? []);
    // in a part of a file, it would have to be cut out first
    for (const advice of kind) if (!isPart || advice.run === undefined) steps.push(kindStep(advice, word, commandFor));
  }
  return steps;
}

/** The name of the kind of file that Git LFS leaves in place of an image. */
const lfsName = 'Git LFS pointer';

function kindStep({ say, run, next, copies }: KindAdvice, file: string, commandFor: CommandFor): StartStep {
  const commands = [...(run?.(file) ?? []), ...(next === undefined ? [] : [commandFor(next, 0)])];
  return { say, run: commands, ...(copies && { copies }) };
}

/** What to do with a file system or a disk that starts at another byte than its file, or whose first bytes are missing. */
function shiftedSteps(
  startsAt: number,
  name: string,
  file: string,
  offset: number,
  commandFor: CommandFor,
): StartStep[] {
  const what = name === 'GPT' ? 'disk' : 'file system';
  const word = shellWord(file);
  const first = offset + startsAt;
  if (first >= 0) {
    const use: StartStep = { say: `Use the ${what} where it starts:`, run: [commandFor(file, first)] };
    if (first === 0) return [use];
    const cut: StartStep = {
      say: 'To boot or mount it, make a copy without the bytes in front of it, and use that:',
      run: [`tail -c +${first + 1} ${word} > whole.img`, commandFor('whole.img', 0)],
      copies: true,
    };
    return [use, cut];
  }
  const say = `The first ${-first} bytes are lost. Copy the image again. Only if that is not possible, put zeros in their place and use the copy:`;
  const lost = `(head -c ${-first} /dev/zero; cat ${word}) > whole.img`;
  return [{ say, run: [lost, commandFor('whole.img', 0)], copies: true }];
}

/** Names of parts of a split file, and the commands that join them. */
const splits: readonly (readonly [name: RegExp, join: (name: string) => string])[] = [
  [/^(.+)\.\d{3}$/s, (name) => `cat ${name}.[0-9][0-9][0-9] > whole.img`],
  [/^(.+)\.a[a-z]$/s, (name) => `cat ${name}.a[a-z] > whole.img`],
  // their numbers may have no zeros in front
  [/^(.+)\.part\d{1,3}$/s, (name) => `ls -v ${name}.part* | xargs -d '\\n' cat > whole.img`],
];

/** What to do with an image whose name is that of a part of a split file; null for other names. */
export function splitStep(image: string | undefined, commandFor = commandWithOffset('extcheck')): StartStep | null {
  const { file } = imagePlace(image);
  for (const [pattern, join] of splits) {
    const found = pattern.exec(file);
    if (found === null) continue;
    const say = 'By its name, it is a part of a file that was split. Join all parts, and use the result:';
    return { say, run: [join(shellWord(found[1]!)), commandFor('whole.img', 0)], copies: true };
  }
  return null;
}

/** The steps as lines, commands indented. */
export const startStepLines = (start: StartFacts, image: string | undefined, commandFor?: CommandFor): string[] =>
  startSteps(start, image, commandFor).flatMap(({ say, run }) => [say, ...run.map((command) => `  ${command}`)]);

/** What the image is, and the steps, as lines. */
export const startLines = (start: StartFacts, image: string | undefined, commandFor: CommandFor): string[] => [
  `this is ${startWords(start)}`,
  ...startStepLines(start, image, commandFor),
];
