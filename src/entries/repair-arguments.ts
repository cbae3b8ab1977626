/** Checks the arguments of the functions of `extcheck/repair`. */
import { ArgumentError } from '../error';
import { acceptances } from '../repair/accept';
import { fsckModes } from '../repair/fsck';
import type { RepairOptions } from '../repair/options';
import type { RepairReport } from '../repair/report';
import type { RepairTextOptions } from '../repair/text';
import type { UndoOptions } from '../repair/undo';
import { type OptionKinds, requireAbsolutePaths, requireMembers, requireOptions, requireText } from './arguments';
import { requireProfile } from './boot-arguments';

const undoKinds: OptionKinds<UndoOptions> = {
  backup: 'string',
  remount: 'boolean',
  signal: 'signal',
  onEvent: 'function',
  run: 'function',
  files: 'object',
};

const repairKinds: OptionKinds<RepairOptions> = {
  ...undoKinds,
  offset: 'number',
  dryRun: 'boolean',
  yes: 'boolean',
  confirm: 'function',
  noBackup: 'boolean',
  work: 'string',
  require: 'array',
  accept: { oneOf: acceptances },
  acceptLoss: ['number', 'string'],
  profile: ['string', 'object'],
  boots: 'function',
  fsck: 'string',
  mode: { oneOf: fsckModes },
  maxRounds: 'number',
  timeLimit: 'number',
  inPlace: 'boolean',
  extend: 'boolean',
  maxChanges: 'number',
  now: 'date',
};

const textKinds: OptionKinds<RepairTextOptions> = { width: 'number', verbose: 'boolean', quiet: 'boolean' };

const what = 'the path of an image';

/** @throws ArgumentError if the bound of a loss is neither a whole number nor `all` */
function requireBound(bound: RepairOptions['acceptLoss']): void {
  if (bound === undefined || bound === 'all' || (Number.isSafeInteger(bound) && bound >= 0)) return;
  throw new ArgumentError("The option acceptLoss of repairImage must be a whole number, or 'all'.");
}

/** @throws ArgumentError */
export function requireRepairArguments(path: string, options: RepairOptions): void {
  requireText(path, what, 'repairImage');
  requireOptions(options, repairKinds, 'repairImage');
  requireProfile(options.profile, 'repairImage');
  requireBound(options.acceptLoss);
  if (options.require) requireAbsolutePaths(options.require, 'repairImage');
}

/** @throws ArgumentError */
export function requireUndoArguments(path: string, options: UndoOptions): void {
  requireText(path, what, 'undoRepair');
  requireOptions(options, undoKinds, 'undoRepair');
}

/** @throws ArgumentError */
export function requireRepairReport(report: RepairReport, options: RepairTextOptions): void {
  const members = ['outcome', 'status', 'notes', 'leftovers', 'changes'];
  requireMembers(report, 'the report of a repair', members, 'renderRepair');
  requireOptions(options, textKinds, 'renderRepair');
}
