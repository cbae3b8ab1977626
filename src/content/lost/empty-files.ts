/** Empty files of kinds that are never empty: with delayed allocation, a lost write leaves a file of size 0. */
import { type Bits, makeBits } from '../../bytes/bits';
import { eachInTurns } from '../../source/turns';
import { catchImageError } from '../../view/error';
import type { ContentContext } from '../content-check';
import { affectAll } from './affect';
import { emptyKind, isRarelyEmpty, mayMaskUnit } from './kinds';
import { problems } from './problems';

interface EmptyFile {
  inode: number;
  paths: string[];
}

/** Bits of a mode that let the owner, the group or others execute the file. */
const executable = 0o111;

/** Whether a name alone makes an empty file worth a closer look. */
const isUnusual = (path: string): boolean => emptyKind(path, true) !== null || isRarelyEmpty(path);

export class EmptyFiles {
  /** Most empty files are sound, so only their numbers are kept. */
  private readonly inodes: Bits;
  private readonly unusual = new Map<number, EmptyFile>();
  private readonly doubtful: EmptyFile[] = [];
  private certain = 0;

  constructor(inodesCount: number) {
    this.inodes = makeBits(inodesCount + 1);
  }

  add(inode: number): void {
    this.inodes.set(inode);
  }

  /** Must be called with every name, before anything is reported. */
  see(inode: number, path: string): void {
    if (this.inodes.test(inode) && isUnusual(path)) this.unusual.set(inode, { inode, paths: [] });
  }

  /** Reports the files that must not be empty. Returns their number. */
  async reportCertain(context: ContentContext): Promise<number> {
    if (this.unusual.size === 0) return 0;
    await eachInTurns(context.tree.entries(), context.turns, ({ inode, path }) =>
      this.unusual.get(inode)?.paths.push(path),
    );
    const files = [...this.unusual.values()].sort((a, b) => (a.paths[0]! < b.paths[0]! ? -1 : 1));
    for (const file of files) {
      const mode = await catchImageError(
        async () => (await context.image.stat(file.inode)).mode,
        () => 0,
      );
      if (report(context, file, (mode & executable) !== 0, (path) => !mayMaskUnit(path))) this.certain++;
      else this.doubtful.push(file);
    }
    return this.certain;
  }

  /**
   * Reports files that are hardly ever empty, in an image with others that must not be, and empty units: those in /etc may be
   * masked on purpose, unless the image has certainly lost data.
   */
  reportDoubtful(context: ContentContext, isLost: boolean): void {
    for (const file of this.doubtful) {
      const { inode, paths } = file;
      if (isLost && report(context, file, false, mayMaskUnit)) continue;
      const path = paths.find((path) => mayMaskUnit(path) || (this.certain > 0 && isRarelyEmpty(path)));
      if (path === undefined) continue;
      context.report(problems['file-empty-suspect'], { inode, path }, { masks: !isLost });
      if (isLost) affectAll(context, paths);
    }
  }
}

/** Reports a file if one of its names says that it must not be empty. Returns whether it was reported. */
function report(
  context: ContentContext,
  { inode, paths }: EmptyFile,
  isExecutable: boolean,
  counts: (path: string) => boolean,
): boolean {
  for (const path of paths) {
    const kind = counts(path) ? emptyKind(path, isExecutable) : null;
    if (kind === null) continue;
    context.report(problems['file-empty'], { inode, path }, { kind });
    affectAll(context, paths);
    return true;
  }
  return false;
}
