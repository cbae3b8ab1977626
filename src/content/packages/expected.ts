/** The expected contents of package files, by inode, for comparison with contents that are read. */

import type { DigestName } from '../../platform/digests';
import type { ContentContext } from '../content-check';
import type { FileContent } from '../file-content';
import { typeName } from '../type-name';
import { beyondLimits, Unread } from '../unread';
import type { Differences } from './differences';
import type { PackageFile } from './package-file';
import type { Weight } from './place';
import { problems } from './problems';

export interface Expectation {
  readonly path: string;
  readonly packageName: string;
  readonly weight: Weight;
  readonly digest: { readonly name: DigestName; readonly hex: string };
  readonly size: number | null;
  /** Whether a symlink replaces the file, which is valid if its target has the expected content. */
  readonly throughLink: boolean;
}

export class Expected {
  private readonly byInode = new Map<number, Expectation | Expectation[]>();
  private readonly encrypted = new Unread('encrypted files of packages', 'cannot be read without a key');
  private readonly large = new Unread('large files of packages', beyondLimits);

  constructor(
    private readonly context: ContentContext,
    private readonly differences: Differences,
  ) {}

  add(inode: number, expectation: Expectation): void {
    this.context.want(inode, [expectation.digest.name]);
    const known = this.byInode.get(inode);
    if (known === undefined) this.byInode.set(inode, expectation);
    else if (Array.isArray(known)) known.push(expectation);
    else this.byInode.set(inode, [known, expectation]);
  }

  /** Compares a file that was read. If several packages have the same path, one match is enough. */
  compare(content: FileContent): void {
    const known = this.byInode.get(content.inode);
    if (known === undefined) return;
    this.byInode.delete(content.inode);
    const all = Array.isArray(known) ? known : [known];
    const matched = new Set(all.filter((one) => matches(one, content)).map(({ path }) => path));
    const reported = new Set<string>();
    for (const expectation of all) {
      if (matched.has(expectation.path) || reported.has(expectation.path)) continue;
      reported.add(expectation.path);
      this.report(expectation, content);
    }
  }

  private report(expectation: Expectation, content: FileContent): void {
    const { path, packageName, weight, digest, size: expected } = expectation;
    const { inode, size, zeros, error } = content;
    const spot = { path, inode };
    const data = { package: packageName };
    const differences = this.differences;
    if (error?.code === 'encrypted') this.encrypted.add(path);
    else if (error?.code === 'too-large') this.large.add(path);
    else if (error !== null)
      differences.add(problems['package-file-unreadable'], spot, { ...data, why: error.message });
    else if (size > 0 && (zeros.all || zeros.holes >= size))
      differences.add(problems['package-file-all-nul'], spot, { ...data, size });
    else if (expectation.throughLink) wrongType(differences, spot, weight, packageName, 'symlink', 'file');
    else if (expected !== null && expected !== size)
      differences.weigh(
        weight,
        problems['package-file-size-wrong'],
        spot,
        { ...data, stored: size, expected },
        `${size} bytes, should be ${expected}`,
      );
    else {
      const stored = content.digests[digest.name]?.slice(0, digest.hex.length) ?? '';
      const facts = { digest: digest.name, stored, expected: digest.hex, size, nulBytes: zeros.mapped };
      differences.weigh(
        weight,
        problems['package-file-changed'],
        spot,
        { ...data, ...facts },
        `${digest.name} is ${stored}, should be ${digest.hex}`,
      );
    }
  }

  finish(): void {
    const { context } = this;
    this.encrypted.note(context);
    this.large.note(context);
    if (this.byInode.size > 0)
      context.skip({ what: 'files of packages', why: `the contents of ${this.byInode.size} of them were not read` });
    this.byInode.clear();
  }
}

const matches = ({ digest, size }: Expectation, content: FileContent): boolean =>
  content.error === null &&
  (size === null || size === content.size) &&
  content.digests[digest.name]?.startsWith(digest.hex) === true;

export function wrongType(
  differences: Differences,
  spot: { path: string; inode: number },
  weight: Weight,
  packageName: string,
  stored: NonNullable<PackageFile['type']>,
  expected: NonNullable<PackageFile['type']>,
): void {
  const data = { package: packageName, stored: typeName(stored), expected: typeName(expected) };
  differences.weigh(
    weight,
    problems['package-file-wrong-type'],
    spot,
    data,
    `it is a ${data.stored}, should be a ${data.expected}`,
  );
}
