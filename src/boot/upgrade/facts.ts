/** The facts about a machine's upgrade that the rules use; plain, JSON-safe data. */
import type { Verdict } from '../../problem/report';

/** The ways to keep two systems that extcheck knows. */
export type Scheme =
  | 'elemental-1'
  | 'elemental-2'
  | 'rauc-grub'
  | 'rauc-u-boot'
  | 'mender'
  | 'swupdate'
  | 'systemd-boot';

/** The system that runs now; `live` is an installation medium. */
export type Mode = 'active' | 'passive' | 'recovery' | 'live';

/** One image that a machine can boot. */
export interface ImageFact {
  /** `active`, `passive`, `transition`, or `snapshot N`. */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  /** Verdict of the check of its structure; null if it was not checked. */
  verdict: Verdict | null;
  /** Whether a boot loader and a kernel can boot it; null if that was not checked. */
  boots: boolean | null;
  /** The first fault, as a sentence; null if there is none. */
  fault: string | null;
}

/** One environment block of the boot loader. */
export interface EnvFact {
  path: string;
  variables: Record<string, string>;
  /** Why GRUB cannot read it or save to it, as clauses. */
  faults: string[];
}

/** All that is known of the upgrade of a machine. */
export interface UpgradeFacts {
  scheme: Scheme | null;
  mode: Mode | null;
  /** Source of the mode: `cmdline` or the path of a sentinel file. */
  modeFrom: string | null;
  cmdline: string | null;
  /** Whether the command line has `upgrade_failure`, or its sentinel file exists; null if neither could be read. */
  upgradeFailure: boolean | null;
  /** Elemental 1: enable_boot_assessment (or _always) and boot_assessment_tentative are `yes`. */
  enabled: boolean;
  tentative: boolean;
  /** Entry that GRUB starts at the next boot only. */
  nextEntry: string | null;
  /** Seconds since 1970: the end of the last upgrade, and the start of this boot. `upgradedFrom`: the path that shows it. */
  upgraded: number | null;
  upgradedFrom: string | null;
  booted: number | null;
  /** Whether an unfinished image, transition.img, exists. */
  transition: boolean;
  /** Whether an upgrade runs now; null if processes cannot be listed. */
  upgradeRuns: boolean | null;
  /** Variables of all environments that were found; the first one overrides the others. */
  variables: Record<string, string>;
  /** Entries of systemd-boot that have counters: attempts left and done. */
  entries: { name: string; left: number; done: number }[];
  environments: EnvFact[];
  images: ImageFact[];
  /** Bytes that are free on the state partition, and bytes that the next upgrade needs. */
  free: number | null;
  needed: number | null;
}

/** Whether this boot began before the last upgrade ended; null if one of the times is unknown. */
export const bootedBefore = ({ booted, upgraded }: UpgradeFacts): boolean | null =>
  booted === null || upgraded === null ? null : booted < upgraded;
