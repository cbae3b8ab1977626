/** A deliberate difference from e2fsck, shown by an image. */
import type { Verdict } from '../../src/problem/report';
import type { TestImage } from './image';

export interface Difference {
  /** As in the headings of docs/differences.md. */
  id: string;
  /** The image needs mke2fs. */
  native?: boolean;
  /** `theirs` and `status` are of `e2fsck -fn` on a copy whose journal `e2fsck -y` has replayed. */
  replayed?: boolean;
  image: () => TestImage | Promise<TestImage>;
  verdict: Verdict;
  /** All findings, in order and in short. */
  ours: readonly string[];
  /** All codes that e2fsck logs, in order and with repeats; `endless` where it starts over and over. */
  theirs: readonly string[] | 'endless';
  /** Exit status of `e2fsck -fn`: bit 4 problems left, 8 stopped; -1 where it has to be ended. */
  status: number;
}
