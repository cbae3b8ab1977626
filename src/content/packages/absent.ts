/** Missing files of packages: one finding for each package and each missing directory. */
import type { Tree } from '../tree';
import type { Differences } from './differences';
import { type PackageFile, parentOf } from './package-file';
import { mountPoints, type Weight, weightOf } from './place';
import { problems } from './problems';

interface Gap {
  path: string;
  packageName: string;
  weight: Weight;
  /** How the package lists the path itself; null if it does not. */
  listed: 'directory' | 'other' | null;
  /** Number of files that the package lists below it. */
  below: number;
}

const bySeverity: readonly Weight[] = ['config', 'variable', 'optional', 'needed'];

export class Absent {
  /** The topmost missing directory on the path of a directory; null if the directory exists. */
  private readonly tops = new Map<string, string | null>();
  private readonly gaps = new Map<string, Gap>();

  constructor(private readonly tree: Tree) {}

  /** The topmost missing directory on the path of a missing file, or the path itself. */
  private async topOf(path: string): Promise<string> {
    const parents: string[] = [];
    let top: string | null = null;
    for (let at = parentOf(path); at !== '/'; at = parentOf(at)) {
      const known = this.tops.get(at);
      if (known !== undefined) {
        top = known;
        break;
      }
      // it exists, possibly as a symlink, or as another type, which is a separate finding
      if ((await this.tree.find(at)) !== undefined) {
        this.tops.set(at, null);
        break;
      }
      parents.push(at);
    }
    for (const parent of parents.reverse()) {
      top ??= parent;
      this.tops.set(parent, top);
    }
    return top ?? path;
  }

  async add(packageName: string, file: PackageFile): Promise<void> {
    const { path, type } = file;
    const top = await this.topOf(path);
    const weight = weightOf(file);
    const key = `${top}\0${packageName}`;
    const gap = this.gaps.get(key) ?? { path: top, packageName, weight, listed: null, below: 0 };
    if (top === path) gap.listed = type === 'directory' || mountPoints.has(path) ? 'directory' : 'other';
    else if (type !== 'directory') gap.below++;
    // the files below determine the weight: a directory that contains only documentation is optional
    if (top !== path && type !== 'directory') {
      const first = gap.below === 1;
      if (first || bySeverity.indexOf(weight) > bySeverity.indexOf(gap.weight)) gap.weight = weight;
    }
    this.gaps.set(key, gap);
  }

  report(differences: Differences): void {
    for (const { path, packageName, weight, listed, below } of this.gaps.values()) {
      const data = { package: packageName, below };
      const directory = below === 0 && listed !== 'other';
      if (directory && (weight === 'needed' || mountPoints.has(path)))
        differences.add(problems['package-directory-missing'], { path }, data);
      else if (weight === 'needed') differences.add(problems['package-file-missing'], { path }, data);
      else if (weight === 'config') differences.add(problems['package-config-missing'], { path }, data);
      else differences.add(problems['package-data-missing'], { path }, data);
    }
    this.gaps.clear();
  }
}
