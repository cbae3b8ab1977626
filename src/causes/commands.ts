/** The commands of steps, with the name of the image. */
import type { ContainerStep } from '../problem/container';
import type { Step } from '../problem/report';
import { rawCopy } from '../report/container-commands';
import { imagePlace } from '../report/image-place';
import { shellWord } from '../report/printable';

const gzipped: ContainerStep = { format: 'gzip', details: '', size: 0, notes: [] };

export class Commands {
  /** The file, as a word of a shell command. */
  readonly file: string;
  /** The argument that names the image to extcheck. */
  readonly image: string;
  /** The name of a copy, as e2fsck and extcheck accept it. */
  readonly copy: string;
  /** Makes a raw copy of an image that is compressed, or in a virtual disk. */
  private readonly makeCopy: readonly string[];
  /** Whether e2fsck can read the image itself. */
  private readonly isRaw: boolean;
  private readonly atOffset: boolean;

  constructor(image = 'IMAGE', container: readonly ContainerStep[] = []) {
    const { file, offset } = imagePlace(image);
    // a compressed file by its name, where its containers are not known
    const chain = container.length === 0 && file.endsWith('.gz') ? [gzipped] : container;
    const { commands, name, isRaw } = rawCopy(file, chain, offset);
    this.makeCopy = commands;
    this.isRaw = isRaw;
    this.atOffset = offset > 0;
    this.file = shellWord(file);
    this.image = shellWord(image);
    this.copy = shellWord(name);
  }

  /** Has e2fsck judge the image, or a raw copy of it. */
  get secondOpinion(): Step {
    const look = this.isRaw ? [`e2fsck -fn ${this.image}`] : [...this.makeCopy, `e2fsck -fn ${this.copy}`];
    return {
      text: 'For a second opinion, run the native e2fsck; -n makes it read-only:',
      commands: look,
      changes: 'nothing',
    };
  }

  /** Shows what a repair would change, then repairs; for an image that is not raw or is inside a disk, on a copy. */
  repair(text: string, option = ''): Step[] {
    const options = option === '' ? '' : `${option} `;
    const direct = this.isRaw && !this.atOffset;
    const image = direct ? this.image : this.copy;
    return [
      {
        text: 'See what a repair would change. It works on a copy and changes nothing:',
        commands: [...(direct ? [] : this.makeCopy), `extcheck repair --dry-run ${options}${image}`],
        changes: 'nothing',
      },
      {
        text: `${text} It asks before it replaces ${direct ? 'the image, and keeps the original' : 'the copy'}:`,
        commands: [`extcheck repair ${options}${image}`],
        changes: direct ? 'image' : 'copy',
      },
    ];
  }

  /** Commands that change a copy and then check it. */
  onCopy(text: string, ...commands: readonly string[]): Step {
    return { text, commands: [...this.makeCopy, ...commands, `extcheck ${this.copy}`], changes: 'copy' };
  }
}

/** A step that has no command. */
export const advice = (text: string): Step => ({ text, commands: [], changes: 'nothing' });
