/** Which file of an image a word of the command line is: a path, or an inode number in angle brackets. */
import { printable } from '../../report/printable';
import type { ImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import { type InodeRecord, loadInode } from '../../view/stat';
import { absolute } from '../option-kinds';

/** A path, or an inode number. */
export type FileWord = string | number;

/** `<12>` is an inode, as for debugfs; `/<12>` is a name. */
export function fileWord(word: string): FileWord {
  const inode = /^<(\d{1,10})>$/.exec(word);
  return inode === null ? absolute(word) : Number(inode[1]);
}

export const shownWord = (file: FileWord): string => (typeof file === 'number' ? `<${file}>` : printable(file));

/** The inode of a word. `follow`: also a symlink at the end of the path. @throws ImageError */
export async function recordOf(view: OpenedImage, file: FileWord, follow: boolean): Promise<InodeRecord> {
  if (typeof file === 'number') return loadInode(view.volume, view.groups, file);
  const { inode, path } = await view.resolve(file, { followLast: follow });
  return loadInode(view.volume, view.groups, inode, path);
}

/** Why something failed, without the name of the file in front, which the line has already. */
export function whyOf({ message, path, inode }: ImageError, shown?: string): string {
  const subjects = path === undefined ? [`inode ${inode}: `] : path === shown ? [`${path}: `] : [];
  const subject = subjects.find((one) => message.startsWith(one)) ?? '';
  return printable(message.slice(subject.length));
}
