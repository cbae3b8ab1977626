/** What is known of a machine's upgrade, gathered before any rule is applied; plain, JSON-safe data. */
import type { Verdict } from '../../problem/report';

/** The ways to keep two systems that are known here. */
export type Scheme =
  | 'elemental-1'
  | 'elemental-2'
  | 'rauc-grub'
  | 'rauc-u-boot'
  | 'mender'
  | 'swupdate'
  | 'systemd-boot';

/** What runs now; `live` is an installer's medium. */
export type Mode = 'active' | 'passive' | 'recovery' | 'live';

/** One image that a machine can boot. */
export interface ImageFact {
  /** `active`, `passive`, `transition`, or `snapshot N`. */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  /** Of the check of its structure; null where it was not checked. */
  verdict: Verdict | null;
  /** Whether a boot loader and a kernel would get on with it; null where that was not tried. */
  boots: boolean | null;
  /** The first thing that is wrong, as a sentence. */
  fault: string | null;
}

/** One environment block of the boot loader. */
export interface EnvFact {
  path: string;
  variables: Record<string, string>;
  /** Why GRUB could not read it or save in it. */
  faults: string[];
}

/** All that is known of the upgrade of a machine. */
export interface UpgradeFacts {
  scheme: Scheme | null;
  mode: Mode | null;
  /** Where the mode was seen: `cmdline` or the path of a sentinel. */
  modeFrom: string | null;
  cmdline: string | null;
  /** The token `upgrade_failure` of the command line, or the sentinel for it; null when neither could be looked at. */
  upgradeFailure: boolean | null;
  /** Elemental 1: enable_boot_assessment (or _always) and boot_assessment_tentative are `yes`. */
  enabled: boolean;
  tentative: boolean;
  /** Entry that GRUB takes at the next boot only. */
  nextEntry: string | null;
  /** Seconds since 1970: when the last upgrade was finished, and when this boot began. */
  upgraded: number | null;
  upgradedFrom: string | null;
  booted: number | null;
  /** A half-made image lies beside the others. */
  transition: boolean;
  /** Whether an upgrade runs at this moment; null where processes cannot be seen. */
  upgradeRuns: boolean | null;
  /** Variables of all environments that were found, the first one winning. */
  variables: Record<string, string>;
  /** Files of systemd-boot's entries with their counters. */
  entries: { name: string; left: number; done: number }[];
  environments: EnvFact[];
  images: ImageFact[];
  /** Bytes that the state partition still takes, and those that the next upgrade needs. */
  free: number | null;
  needed: number | null;
}

/** Whether this boot began before the last upgrade was finished; null when one of the times is not known. */
export const bootedBefore = ({ booted, upgraded }: UpgradeFacts): boolean | null =>
  booted === null || upgraded === null ? null : booted < upgraded;
