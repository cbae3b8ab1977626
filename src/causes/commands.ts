/** The commands of steps, with the name of the image. */
import type { Step } from '../problem/report';
import { shellWord } from '../report/printable';

export class Commands {
  /** The file, as a word of a shell command. */
  readonly file: string;
  /** The argument that names the image to extcheck: the file, with an offset if it has one. */
  readonly image: string;
  /** The name of a copy, as e2fsck and extcheck accept it. */
  readonly copy: string;
  /** Makes a copy, unpacked if the image is compressed. */
  readonly makeCopy: string;
  private readonly packed: boolean;
  private readonly atOffset: boolean;

  constructor(image = 'IMAGE') {
    const [, file = image, offset = ''] = /^(.+)(\?offset=\d+)$/.exec(image) ?? [];
    this.packed = file.endsWith('.gz');
    this.atOffset = offset !== '';
    this.file = shellWord(file);
    this.image = shellWord(image);
    this.copy = shellWord(`copy.img${offset}`);
    this.makeCopy = this.packed ? `gzip -dc ${this.file} > copy.img` : `cp --sparse=always ${this.file} copy.img`;
  }

  /** Has e2fsck judge the image, or a copy of a compressed one. */
  get secondOpinion(): Step {
    const look = this.packed ? [this.makeCopy, `e2fsck -fn ${this.copy}`] : [`e2fsck -fn ${this.image}`];
    return {
      text: 'For a second opinion, run the native e2fsck; -n makes it read-only:',
      commands: look,
      changes: 'nothing',
    };
  }

  /** Shows what a repair would change, then repairs; for a compressed image or one inside a disk, on a copy. */
  repair(text: string, option = ''): Step[] {
    const options = option === '' ? '' : `${option} `;
    const direct = !this.packed && !this.atOffset;
    const image = direct ? this.image : this.copy;
    return [
      {
        text: 'See what a repair would change. It works on a copy and changes nothing:',
        commands: [...(direct ? [] : [this.makeCopy]), `extcheck repair --dry-run ${options}${image}`],
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
    return { text, commands: [this.makeCopy, ...commands, `extcheck ${this.copy}`], changes: 'copy' };
  }
}

/** A step that has no command. */
export const advice = (text: string): Step => ({ text, commands: [], changes: 'nothing' });
