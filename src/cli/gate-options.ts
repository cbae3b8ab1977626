/** The options of `check` that make it a gate: manifests, packages, policies, block maps, baselines and reports. */
import { absolute, type OptionTable, oneOf, UsageError } from './options';

export const reportKinds = ['sarif', 'junit', 'json', 'ndjson', 'github', 'prometheus', 'markdown'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** A report beside the one on standard output; without a file only for GitHub, whose log is what is printed. */
export interface ReportArgument {
  kind: ReportKind;
  file: string | undefined;
}

export interface GateRequest {
  manifests: string[];
  /** Report files that no manifest names. */
  extra: boolean;
  /** Directory in the image that the manifests were made of. */
  manifestRoot: string;
  /** Compare times of last change. */
  manifestTimes: boolean;
  /** Verify the files of packages by the databases in the image. */
  packages: boolean;
  policies: string[];
  bmap: string | undefined;
  /** Name or file of the profile by which the image is booted. */
  profile: string | undefined;
  baseline: string | undefined;
  writeBaseline: string | undefined;
  reports: ReportArgument[];
}

/** Nothing asked for. */
export const noGate = (): GateRequest => ({
  manifests: [],
  extra: false,
  manifestRoot: '/',
  manifestTimes: false,
  packages: false,
  policies: [],
  bmap: undefined,
  profile: undefined,
  baseline: undefined,
  writeBaseline: undefined,
  reports: [],
});

export const gateOptions: OptionTable<GateRequest> = {
  manifest: {
    take(request, value) {
      request.manifests.push(value);
    },
  },
  'manifest-root': {
    take(request, value) {
      request.manifestRoot = absolute(value);
    },
  },
  'manifest-times': {
    set(request) {
      request.manifestTimes = true;
    },
  },
  extra: {
    set(request) {
      request.extra = true;
    },
  },
  packages: {
    set(request) {
      request.packages = true;
    },
  },
  policy: {
    take(request, value) {
      request.policies.push(value);
    },
  },
  bmap: {
    take(request, value) {
      request.bmap = value;
    },
  },
  profile: {
    take(request, value) {
      request.profile = value;
    },
  },
  baseline: {
    take(request, value) {
      request.baseline = value;
    },
  },
  'write-baseline': {
    take(request, value) {
      request.writeBaseline = value;
    },
  },
  report: {
    take(request, value) {
      request.reports.push(reportOf(value));
    },
  },
};

function reportOf(value: string): ReportArgument {
  const equals = value.indexOf('=');
  const kind = oneOf('report', equals < 0 ? value : value.slice(0, equals), reportKinds);
  const file = equals < 0 ? '' : value.slice(equals + 1);
  if (file === '' && (equals >= 0 || kind !== 'github'))
    throw new UsageError(`--report ${kind} needs a file: --report ${kind}=FILE.`);
  if (file === '-') throw new UsageError('A report cannot go to standard output, which has the text; name a file.');
  return { kind, file: file === '' ? undefined : file };
}

/** @throws UsageError when options contradict each other, or would do nothing */
export function checkGate(gate: GateRequest, images: number): void {
  if (gate.manifests.length === 0) {
    const idle = gate.extra ? 'extra' : gate.manifestTimes ? 'manifest-times' : undefined;
    if (idle !== undefined) throw new UsageError(`--${idle} needs a manifest: --manifest FILE.`);
    if (gate.manifestRoot !== '/') throw new UsageError('--manifest-root needs a manifest: --manifest FILE.');
  }
  if (gate.baseline !== undefined && gate.writeBaseline !== undefined)
    throw new UsageError('--baseline and --write-baseline exclude each other.');
  if (images > 1 && gate.bmap !== undefined) throw new UsageError('--bmap is about one image; name only one.');
  if (images > 1 && gate.writeBaseline !== undefined)
    throw new UsageError('--write-baseline is about one image; name only one.');
}
