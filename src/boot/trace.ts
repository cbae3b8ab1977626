/** What the steps of a boot trace share: where steps and findings go, and what earlier steps learned. */

import type { Inflate } from '../platform/inflation';
import type { Collector } from '../problem/collector';
import type { Problem } from '../problem/define';
import type { Where } from '../problem/finding';
import type { NotChecked } from '../problem/report';
import type { BootInitramfs, BootKernel, BootStep } from './boot-report';
import type { GrubReader } from './grub/files';
import type { Machine } from './kernel/kernel';
import { problems } from './problems';
import type { Profile } from './profile';

type Problems = typeof problems;
type DataOf<Id extends keyof Problems> = Problems[Id] extends Problem<infer D> ? Omit<D, 'console'> : never;

export class BootTrace {
  readonly steps: BootStep[] = [];
  readonly notes: string[] = [];
  readonly notChecked: NotChecked[] = [];
  kernel: BootKernel | null = null;
  readonly initramfs: BootInitramfs[] = [];
  /** Bytes of initramfs files that may still be read, and what is known of those that were, by inode. */
  initramfsLeft = 2 ** 30;
  readonly loaded = new Map<number, boolean | null>();
  /** Machine of the first kernel; null if none was found. */
  machine: Machine | null = null;
  /** Whether the initramfs contains systemd; null if unknown. */
  systemdInitramfs: boolean | null = null;
  /** Variables of GRUB's scripts, with all values in order. */
  readonly variables = new Map<string, string[]>();
  /** The last script that was read, for messages. */
  script = '';
  /** Whether a script could not be read, which is reported already. */
  scriptFailed = false;

  constructor(
    readonly profile: Profile,
    readonly grub: GrubReader,
    readonly collector: Collector,
    readonly inflate: Inflate | undefined,
    readonly signal: AbortSignal | undefined,
  ) {}

  pass(step: string, message: string): void {
    this.steps.push({ step, ok: true, message });
  }

  /** Adds a step that fails, and reports the problem. `console` is added to the data, on one line. */
  fail<Id extends keyof Problems>(
    step: string,
    message: string,
    id: Id,
    where: Where,
    data: DataOf<Id>,
    console: string,
  ): void {
    this.steps.push({ step, ok: false, message, ...(console !== '' && { console }) });
    const problem = problems[id] as unknown as Problem<object>;
    this.collector.report(problem, where, { ...data, console: console.replaceAll('\n', ' / ') });
  }
}
