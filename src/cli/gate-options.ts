/** The options of `check` for gates: manifests, packages, policies, block maps, baselines and reports. */
import { printable } from '../report/printable';
import { absolute, flag, list, oneOf, text } from './option-kinds';
import { UsageError, type Values } from './options';
import { profile } from './shared-options';

export const reportKinds = ['sarif', 'junit', 'json', 'ndjson', 'github', 'prometheus', 'markdown', 'html'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** A report in addition to standard output. Only GitHub's needs no file, as its log is standard output. */
export interface ReportArgument {
  kind: ReportKind;
  file: string | undefined;
}

const path = (value: string): string => value;

/** @throws UsageError when the value is not a hash in hexadecimal digits */
function rootHash(value: string): string {
  if (/^(?:[0-9a-f]{2}){20,64}$/i.test(value)) return value.toLowerCase();
  throw new UsageError(`--verity-root-hash must be a hash of 40 to 128 hexadecimal digits, not '${printable(value)}'.`);
}

export const gateOptions = {
  manifest: list('FILE', 'verify the files that FILE lists: an mtree file, or output of sha256sum', path, {
    key: 'manifests',
  }),
  'manifest-root': {
    ...text('PATH', 'the directory in the image that manifests start from', {
      initial: '/',
      needs: 'manifest',
    }),
    read: absolute,
  },
  'manifest-times': flag('also compare modification times', { needs: 'manifest' }),
  extra: flag('report files that the manifest does not list', { needs: 'manifest' }),
  packages: flag('verify the files of all packages by the dpkg, rpm, apk or pacman database in the image'),
  policy: list('FILE', 'verify the rules of a policy in JSON', path, { key: 'policies' }),
  bmap: text('FILE', "verify the image's bytes against its block map"),
  'verity-root-hash': {
    ...text('HEX', 'verify all blocks by the dm-verity hash tree after the file system, whose root hash is HEX', {
      key: 'verityRootHash',
    }),
    read: rootHash,
  },
  'verity-tree': text('FILE', 'the hash tree is in FILE, not after the file system', {
    key: 'verityTree',
    needs: 'verity-root-hash',
  }),
  profile: { ...profile, description: `also trace the boot path with this ${profile.description}` },
  baseline: text('FILE', 'accept the findings in FILE and fail only on new ones'),
  'write-baseline': text('FILE', 'accept all current findings, except fatal ones, and write them to FILE', {
    conflicts: 'baseline',
  }),
  report: list(
    'KIND=FILE',
    'also write a report to FILE; --report github prints annotations',
    (value) => reportOf(value),
    { key: 'reports', choices: reportKinds },
  ),
};

export type GateRequest = Values<typeof gateOptions>;

/** Whether a report shows what each block holds. */
export const needsLayout = ({ reports }: GateRequest): boolean => reports.some(({ kind }) => kind === 'html');

function reportOf(value: string): ReportArgument {
  const equals = value.indexOf('=');
  const kind = oneOf('report', equals < 0 ? value : value.slice(0, equals), reportKinds);
  const file = equals < 0 ? '' : value.slice(equals + 1);
  if (file === '' && (equals >= 0 || kind !== 'github'))
    throw new UsageError(`--report ${kind} needs a file: --report ${kind}=FILE.`);
  if (file === '-')
    throw new UsageError('A report cannot be written to standard output, which has the text; give a file.');
  return { kind, file: file === '' ? undefined : file };
}

/** @throws UsageError when an option for one image is used with several */
export function checkGate(gate: GateRequest, images: number): void {
  const single = gate.bmap !== undefined ? 'bmap' : gate.writeBaseline !== undefined ? 'write-baseline' : undefined;
  if (images > 1 && single !== undefined) throw new UsageError(`--${single} applies to one image; give only one.`);
}
