/** Holds one file of a package after the other against the tree; contents are asked for and judged when they were read. */
import { ImageError } from '../../view/error';
import type { ContentContext } from '../content-check';
import type { FileContent } from '../file-content';
import type { Owners } from '../owners';
import type { TreeEntry } from '../tree';
import { Absent } from './absent';
import { Differences, type Spot } from './differences';
import { Expected, wrongType } from './expected';
import { linkDigest } from './link-digest';
import type { PackageFile } from './package-file';
import { type Weight, weightOf } from './place';
import { problems } from './problems';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

export class Verifier {
  private readonly differences: Differences;
  private readonly absent: Absent;
  private readonly expected: Expected;
  private readonly unknownDigests = new Set<string>();
  /** Regular files of the package at hand whose content nothing is known of. */
  private undigested = 0;

  constructor(
    private readonly context: ContentContext,
    private readonly owners: Owners,
  ) {
    this.differences = new Differences(context);
    this.absent = new Absent(context.tree);
    this.expected = new Expected(context, this.differences);
  }

  async file(packageName: string, file: PackageFile): Promise<void> {
    const entry = await this.context.tree.find(file.path);
    if (entry === undefined) {
      if (!file.mayBeMissing) await this.absent.add(packageName, file);
      return;
    }
    const weight = weightOf(file);
    if (file.type === null || entry.type === file.type) await this.entry(packageName, file, entry, weight);
    else if (entry.type === 'symlink') await this.throughLink(packageName, file, entry, weight);
    else wrongType(this.differences, entry, weight, packageName, entry.type, file.type);
  }

  /** How many regular files since the last call had no digest. */
  takeUndigested(): number {
    const count = this.undigested;
    this.undigested = 0;
    return count;
  }

  /** The type is right, or the database does not tell it. */
  private async entry(packageName: string, file: PackageFile, entry: TreeEntry, weight: Weight): Promise<void> {
    if (entry.type === 'file') this.regular(packageName, file, entry, weight, false);
    else if (entry.type === 'symlink') await this.link(packageName, file, entry, weight);
    else if (file.type === null && file.digest !== null) {
      wrongType(this.differences, entry, weight, packageName, entry.type, 'file');
      return;
    }
    await this.attributes(packageName, file, entry, weight);
  }

  private regular(
    packageName: string,
    file: PackageFile,
    entry: TreeEntry,
    weight: Weight,
    throughLink: boolean,
  ): void {
    const { digest, size } = file;
    if (digest === null) {
      if (weight !== 'config') this.undigested++;
    } else if (this.context.knows(digest.name))
      this.expected.add(entry.inode, { path: entry.path, packageName, weight, digest, size, throughLink });
    else this.unknownDigests.add(digest.name);
  }

  /** A symlink stands for what the package has. What it leads to may be as good. */
  private async throughLink(packageName: string, file: PackageFile, entry: TreeEntry, weight: Weight): Promise<void> {
    const followed = await this.context.tree.follow(file.path);
    if (followed?.type !== file.type)
      wrongType(this.differences, entry, weight, packageName, 'symlink', file.type ?? 'file');
    else if (followed.type === 'file') this.regular(packageName, file, followed, weight, true);
  }

  private async link(packageName: string, file: PackageFile, entry: TreeEntry, weight: Weight): Promise<void> {
    const { linkTarget, digest } = file;
    const { image, tree } = this.context;
    if (linkTarget === null && digest === null) return;
    let stored: string;
    try {
      stored = await image.readlink(entry.inode);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const data = { package: packageName, why: error.message };
      this.differences.add(problems['package-file-unreadable'], entry, data);
      return;
    }
    const expected = linkTarget ?? `a target whose ${digest!.name} is ${digest!.hex}`;
    if (linkTarget === null ? linkDigest(stored, digest!.name).startsWith(digest!.hex) : stored === linkTarget) return;
    if (linkTarget !== null) {
      // absolute ones are made relative and the other way round when trees are built; what counts is where they lead
      const meant = await tree.follow(
        linkTarget.startsWith('/') ? linkTarget : `${directoryOf(entry.path)}/${linkTarget}`,
      );
      if (meant !== undefined && (await tree.follow(entry.path))?.inode === meant.inode) return;
    }
    const data = { package: packageName, stored, expected };
    this.differences.weigh(
      weight,
      problems['package-link-changed'],
      entry,
      data,
      `it leads to ${stored}, should lead to ${expected}`,
    );
  }

  /** Size where no digest says more, permissions and owner. */
  private async attributes(packageName: string, file: PackageFile, entry: TreeEntry, weight: Weight): Promise<void> {
    const { mode, size, digest } = file;
    const sized = size !== null && digest === null && entry.type === 'file';
    if (mode === null && file.user === null && file.group === null && !sized) return;
    const stat = await this.context.tree.stat(entry);
    if (sized && stat.size !== size)
      this.differences.weigh(
        weight,
        problems['package-file-size-wrong'],
        entry,
        { package: packageName, stored: stat.size, expected: size },
        `${stat.size} bytes, should be ${size}`,
      );
    // a symlink's own permissions mean nothing
    const stored = stat.mode & 0o7777;
    if (mode !== null && entry.type !== 'symlink' && stored !== mode) {
      const data = { package: packageName, stored: octal(stored), expected: octal(mode) };
      const what = `mode ${data.stored}, should be ${data.expected}`;
      this.differences.weigh(weight, problems['package-mode-wrong'], entry, data, what);
    }
    this.owner(packageName, file, entry, weight, stat);
  }

  private owner(
    packageName: string,
    file: PackageFile,
    spot: Spot,
    weight: Weight,
    stat: { uid: number; gid: number },
  ): void {
    const user = typeof file.user === 'string' ? this.owners.user(file.user) : file.user;
    const group = typeof file.group === 'string' ? this.owners.group(file.group) : file.group;
    // a name that the image does not number says nothing
    if ((user ?? stat.uid) === stat.uid && (group ?? stat.gid) === stat.gid) return;
    const stored = `${stat.uid}:${stat.gid}`;
    const expected = `${user ?? stat.uid}:${group ?? stat.gid}`;
    const what = `owner ${stored}, should be ${expected}`;
    this.differences.weigh(
      weight,
      problems['package-owner-wrong'],
      spot,
      { package: packageName, stored, expected },
      what,
    );
  }

  content(content: FileContent): void {
    this.expected.judge(content);
  }

  finish(): void {
    this.expected.finish();
    if (this.unknownDigests.size > 0)
      this.context.skip({
        what: 'digests of packages',
        why: `${[...this.unknownDigests].join(', ')} cannot be computed here`,
      });
    this.absent.report(this.differences);
    this.differences.flush();
  }
}
