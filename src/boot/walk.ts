/** What the steps of a walk share: where findings and steps go, and what was learned on the way. */

import type { Inflate } from '../platform/inflation';
import type { Collector } from '../problem/collector';
import type { Problem } from '../problem/define';
import type { Where } from '../problem/finding';
import type { NotChecked } from '../problem/report';
import type { BootInitramfs, BootKernel, BootStep } from './boot-report';
import type { GrubReader } from './grub/files';
import type { Machine } from './kernel/kernel';
import type { Profile } from './profile';

/** Lines of a console as one text for a sentence. */
const inLine = (console: string): string => console.replaceAll('\n', ' / ');

export class Walk {
  readonly steps: BootStep[] = [];
  readonly notes: string[] = [];
  readonly notChecked: NotChecked[] = [];
  kernel: BootKernel | null = null;
  readonly initramfs: BootInitramfs[] = [];
  /** Machine of the kernel, once one was found. */
  machine: Machine | null = null;
  /** Whether the initramfs brings systemd; null when that is not known. */
  systemdInitramfs: boolean | null = null;
  /** Variables of GRUB's scripts, with all values in order. */
  readonly variables = new Map<string, string[]>();
  /** The last script that was read, for messages. */
  script = '';

  constructor(
    readonly profile: Profile,
    readonly grub: GrubReader,
    readonly collector: Collector,
    readonly inflate: Inflate | undefined,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** A step that works. */
  works(step: string, says: string): void {
    this.steps.push({ step, ok: true, says });
  }

  /** A step that fails, and the finding for it. `data` goes without its `console`, which is added here. */
  fails<D extends { console: string }>(
    step: string,
    says: string,
    problem: Problem<D>,
    where: Where,
    data: Omit<D, 'console'>,
    console: string,
  ): void {
    this.steps.push(console === '' ? { step, ok: false, says } : { step, ok: false, says, console });
    this.collector.report(problem, where, { ...data, console: inLine(console) } as unknown as D);
  }
}

/** What GRUB says when a menu entry ends without a kernel. */
export const noKernel = 'error: you need to load the kernel first.\n\nPress any key to continue...';
/** What the kernel says when it has no initramfs and the root is an image. */
export const noRoot = 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)';
