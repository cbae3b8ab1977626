/** Checks the arguments of the functions of `extcheck/boot`. */
import type { BootReport } from '../boot/boot-report';
import type { BootTextOptions } from '../boot/boot-text';
import type { BootOptions } from '../boot/check-boot';
import type { Readers } from '../boot/features/gate';
import type { Profile } from '../boot/profile';
import { profileNames } from '../boot/profiles';
import type { UpgradeReport } from '../boot/upgrade/upgrade-report';
import type { StateReader } from '../platform/state-reader';
import type { UpgradeOptions } from '../upgrade-state';
import { type OptionKinds, requireAbsolutePaths, requireMembers, requireOptions } from './arguments';

const readerKinds: OptionKinds<Readers> = { bootLoader: 'string', kernel: 'string', e2fsck: 'string' };

const bootKinds: OptionKinds<BootOptions> = {
  ...readerKinds,
  profile: ['string', 'object'],
  require: 'array',
  inflate: 'function',
  signal: 'signal',
  image: 'string',
};

const upgradeKinds: OptionKinds<UpgradeOptions> = { images: 'boolean', inflate: 'function', signal: 'signal' };

const textKinds: OptionKinds<BootTextOptions> = { width: 'number', color: 'boolean', quiet: 'boolean' };

const profileKind = { oneOf: profileNames };

/** @throws ArgumentError if the profile is neither the name of a built-in one nor the result of `parseProfile` */
export function requireProfile(profile: string | Profile | undefined, caller: string): void {
  if (profile === undefined) return;
  if (typeof profile === 'string') requireOptions({ profile }, { profile: profileKind }, caller);
  else requireMembers(profile, 'the result of parseProfile as profile', ['steps', 'labels', 'required'], caller);
}

/** @throws ArgumentError */
export function requireBootOptions(options: BootOptions, caller: string): void {
  requireOptions(options, bootKinds, caller);
  requireProfile(options.profile, caller);
  if (options.require) requireAbsolutePaths(options.require, caller);
}

/** @throws ArgumentError */
export const requireReaders = (readers: Readers, caller: string): void => requireOptions(readers, readerKinds, caller);

/** @throws ArgumentError */
export function requireUpgradeArguments(reader: StateReader, options: UpgradeOptions): void {
  const what = 'a reader: pass stateOfFolder(path) or await stateOfImage(source)';
  requireMembers(reader, what, ['stat', 'read', 'list', 'open', 'free'], 'upgradeState');
  requireOptions(options, upgradeKinds, 'upgradeState');
}

/** @throws ArgumentError */
export function requireBootReport(report: BootReport, options: BootTextOptions, caller: string): void {
  requireMembers(report, 'the report of checkBoot', ['verdict', 'steps', 'findings', 'notes'], caller);
  requireOptions(options, textKinds, caller);
}

/** @throws ArgumentError */
export function requireUpgradeReport(report: UpgradeReport, options: BootTextOptions, caller: string): void {
  requireMembers(report, 'the report of upgradeState', ['verdict', 'warnings', 'facts', 'notChecked'], caller);
  requireOptions(options, textKinds, caller);
}
