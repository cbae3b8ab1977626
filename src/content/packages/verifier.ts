/** Compares the files of packages with the tree, and requests their contents for comparison. */
import { parsePrintableName } from '../../bytes/names';
import type { DigestName } from '../../platform/digests';
import { catchImageError } from '../../view/error';
import type { ContentContext } from '../content-check';
import type { FileContent } from '../file-content';
import { ownDigest } from '../own-digests';
import type { Owners } from '../owners';
import type { TreeEntry } from '../tree';
import { Absent } from './absent';
import { Differences, type Spot } from './differences';
import { Expected, wrongType } from './expected';
import type { PackageFile } from './package-file';
import { type Weight, weightOf } from './place';
import { problems } from './problems';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Hexadecimal digest of the printable target of a symlink, which apk stores; empty if it cannot be computed here. */
function linkDigest(target: string, name: DigestName): string {
  const digest = ownDigest(name);
  digest?.update(parsePrintableName(target));
  return digest?.digest('hex') ?? '';
}

export class Verifier {
  private readonly differences: Differences;
  private readonly absent: Absent;
  private readonly expected: Expected;
  private readonly unknownDigests = new Set<string>();
  /** Number of regular files of the current package without a digest. */
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

  /** Number of regular files without a digest since the last call. */
  takeUndigested(): number {
    const count = this.undigested;
    this.undigested = 0;
    return count;
  }

  /** Compares an entry whose type is correct or unknown. */
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

  /** Compares a symlink that replaces another type: its target may have the expected type and content. */
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
    const stored = await catchImageError(
      () => image.readlink(entry.inode),
      ({ message }) => {
        this.differences.add(problems['package-file-unreadable'], entry, { package: packageName, why: message });
        return null;
      },
    );
    if (stored === null) return;
    const expected = linkTarget ?? `a target whose ${digest!.name} is ${digest!.hex}`;
    if (linkTarget === null ? linkDigest(stored, digest!.name).startsWith(digest!.hex) : stored === linkTarget) return;
    if (linkTarget !== null) {
      // tools convert between absolute and relative targets: compare the files that both refer to
      const expectedFile = await tree.follow(
        linkTarget.startsWith('/') ? linkTarget : `${directoryOf(entry.path)}/${linkTarget}`,
      );
      if (expectedFile !== undefined && (await tree.follow(entry.path))?.inode === expectedFile.inode) return;
    }
    const data = { package: packageName, stored, expected };
    const what = `it points to ${stored}, should point to ${expected}`;
    this.differences.weigh(weight, problems['package-link-changed'], entry, data, what);
  }

  /** Compares permissions, owner, and the size if there is no digest. */
  private async attributes(packageName: string, file: PackageFile, entry: TreeEntry, weight: Weight): Promise<void> {
    const { mode, size, digest } = file;
    const sized = size !== null && digest === null && entry.type === 'file';
    if (mode === null && file.user === null && file.group === null && !sized) return;
    const stat = await this.context.tree.stat(entry);
    if (sized && stat.size !== size) {
      const data = { package: packageName, stored: stat.size, expected: size };
      const what = `${stat.size} bytes, should be ${size}`;
      this.differences.weigh(weight, problems['package-file-size-wrong'], entry, data, what);
    }
    // permissions of a symlink have no meaning
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
    // a name that the image does not define cannot be compared
    if ((user ?? stat.uid) === stat.uid && (group ?? stat.gid) === stat.gid) return;
    const stored = `${stat.uid}:${stat.gid}`;
    const expected = `${user ?? stat.uid}:${group ?? stat.gid}`;
    const what = `owner ${stored}, should be ${expected}`;
    const data = { package: packageName, stored, expected };
    this.differences.weigh(weight, problems['package-owner-wrong'], spot, data, what);
  }

  content(content: FileContent): void {
    this.expected.compare(content);
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
