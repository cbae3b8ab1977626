/** Files whose contents were not read although they are not damaged: counted, and the first ones named. */
import type { ContentContext } from './content-check';

export class Unread {
  private count = 0;
  private readonly first: string[] = [];

  /** `reason` is a clause about these files: `cannot be read without a key`. */
  constructor(
    private readonly what: string,
    private readonly reason: string,
  ) {}

  add(path: string): void {
    if (this.count++ < 3) this.first.push(path);
  }

  /** Lists them under what was not checked, if there are any. */
  note({ skip }: Pick<ContentContext, 'skip'>): void {
    if (this.count > 0)
      skip({ what: this.what, why: `${this.count} of them ${this.reason}, such as ${this.first.join(', ')}` });
  }
}

/** Why a file with the error `too-large` was not read. */
export const beyondLimits = 'need more reading of holes or shared blocks than is done';
