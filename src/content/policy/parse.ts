/** Parses and validates a policy: every mistake is reported with its place, and unknown keys are refused. */
import { ExtcheckError, messageOf } from '../../error';
import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';
import { digestLengths } from '../manifest/digest-names';
import { elfMachines } from './elf';
import { Glob, isGlob } from './glob';
import { choiceOf, countOf, flagOf, type JsonObject, listOf, modeOf, objectOf, ShapeError, textOf } from './json-value';
import { Pattern } from './pattern';
import { PatternError } from './pattern-parse';
import { type Ban, type Conditions, type Policy, type Rule, type RuleSeverity, ruleSeverities } from './policy';

/** The policy is invalid. The message is a clause without a full stop that names the place; the code is `invalid-policy`. */
export class PolicyError extends ExtcheckError {
  override readonly name = 'PolicyError';

  constructor(message: string) {
    super('invalid-policy', message);
  }
}

const types: readonly FileType[] = [
  'file',
  'directory',
  'symlink',
  'character-device',
  'block-device',
  'fifo',
  'socket',
];
const digestKeys: readonly DigestName[] = ['sha256', 'sha512', 'sha384', 'sha224', 'sha1', 'md5', 'blake2b512'];
const policyKeys = ['$schema', 'version', 'description', 'filesystem', 'paths', 'forbidden'];
const conditionKeys = [
  ...'type mode modeHas modeLacks uid gid user group target nonEmpty executable minSize maxSize elf'.split(' '),
  ...['contains', 'lacks', ...digestKeys],
];
const ruleKeys = ['path', 'anyOf', 'optional', 'follow', 'severity', 'reason', ...conditionKeys];
const banKeys = ['path', 'except', 'severity', 'reason'];

/** Most rules, paths in one rule, and bytes of a policy. */
export const policyLimits = { rules: 10_000, paths: 1000, bytes: 16 * 1024 ** 2 };

/**
 * The policy in a JSON text, or in a parsed JSON value.
 * @throws PolicyError with the place of the first mistake
 */
export function parsePolicy(policy: unknown): Policy {
  try {
    return policyOf(typeof policy === 'string' ? parsed(policy) : policy);
  } catch (error) {
    if (error instanceof ShapeError) throw new PolicyError(error.message);
    throw error;
  }
}

function parsed(text: string): unknown {
  if (text.length > policyLimits.bytes) throw new ShapeError('it is larger than 16 MiB');
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new ShapeError(`it is not JSON: ${messageOf(error)}`);
  }
}

function policyOf(value: unknown): Policy {
  const policy = objectOf(value, 'the policy', policyKeys);
  if (policy['version'] !== 1) throw new ShapeError("the policy must have 'version': 1");
  const rules = listOf(policy['paths'] ?? [], 'paths', policyLimits.rules).map((one, i) => ruleOf(one, `paths[${i}]`));
  const bans = listOf(policy['forbidden'] ?? [], 'forbidden', policyLimits.rules).map((one, i) =>
    banOf(one, `forbidden[${i}]`),
  );
  const filesystem = filesystemOf(policy['filesystem'] ?? {});
  if (rules.length + bans.length + Object.keys(filesystem).length === 0)
    throw new ShapeError("the policy has no rules: 'paths', 'forbidden' and 'filesystem' are empty");
  return { filesystem, rules, bans };
}

function filesystemOf(value: unknown): Policy['filesystem'] {
  const object = objectOf(value, 'filesystem', ['label', 'uuid']);
  const found: Policy['filesystem'] = {};
  if (object['label'] !== undefined) found.label = textOf(object['label'], 'filesystem.label');
  if (object['uuid'] !== undefined) {
    found.uuid = textOf(object['uuid'], 'filesystem.uuid').toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(found.uuid))
      throw new ShapeError('filesystem.uuid must be a UUID such as 7c6b2c0e-4b7d-4c8e-9d65-0d6f1d1b9f55');
  }
  return found;
}

function ruleOf(value: unknown, place: string): Rule {
  const rule = objectOf(typeof value === 'string' ? { path: value } : value, place, ruleKeys);
  if ((rule['path'] === undefined) === (rule['anyOf'] === undefined))
    throw new ShapeError(`${place} must have either 'path' or 'anyOf'`);
  const paths =
    rule['path'] !== undefined
      ? [pathOf(rule['path'], `${place}.path`)]
      : listOf(rule['anyOf'], `${place}.anyOf`, policyLimits.paths).map((one, i) =>
          pathOf(one, `${place}.anyOf[${i}]`),
        );
  if (paths.length === 0) throw new ShapeError(`${place}.anyOf is empty`);
  const conditions = conditionsOf(rule, place);
  const ofLink = conditions.type === 'symlink' || conditions.target !== undefined;
  if (ofLink && rule['follow'] === true) throw new ShapeError(`${place} requires a symlink but follows it`);
  return {
    place,
    paths,
    optional: rule['optional'] === undefined ? false : flagOf(rule['optional'], `${place}.optional`),
    follow: ofLink ? false : rule['follow'] === undefined ? true : flagOf(rule['follow'], `${place}.follow`),
    ...judgement(rule, place),
    conditions,
  };
}

function banOf(value: unknown, place: string): Ban {
  const ban = objectOf(typeof value === 'string' ? { path: value } : value, place, banKeys);
  const except = listOf(ban['except'] ?? [], `${place}.except`, policyLimits.paths);
  return {
    place,
    path: globOf(ban['path'], `${place}.path`),
    except: except.map((one, i) => globOf(one, `${place}.except[${i}]`)),
    ...judgement(ban, place),
  };
}

function judgement(object: JsonObject, place: string): { severity: RuleSeverity; reason: string } {
  const { severity, reason } = object;
  return {
    severity: severity === undefined ? 'error' : choiceOf(severity, `${place}.severity`, ruleSeverities),
    reason: reason === undefined ? '' : textOf(reason, `${place}.reason`),
  };
}

function absolute(value: unknown, place: string): string {
  const path = textOf(value, place, 'a path');
  if (!path.startsWith('/')) throw new ShapeError(`${place} must be an absolute path, starting with a slash`);
  if (path.split('/').includes('..')) throw new ShapeError(`${place} must not contain '..'`);
  return path;
}

const globOf = (value: unknown, place: string): Glob => new Glob(absolute(value, place));

function pathOf(value: unknown, place: string): string | Glob {
  const path = absolute(value, place);
  return isGlob(path) ? new Glob(path) : path;
}

function conditionsOf(rule: JsonObject, place: string): Conditions {
  const found: Conditions = {};
  const take = <K extends keyof Conditions>(
    key: K,
    read: (value: unknown, place: string) => NonNullable<Conditions[K]>,
  ) => {
    const value = rule[key];
    if (value !== undefined) (found as Record<K, unknown>)[key] = read(value, `${place}.${key}`);
  };
  take('type', (value, at) => choiceOf(value, at, types));
  for (const key of ['mode', 'modeHas', 'modeLacks'] as const) take(key, modeOf);
  for (const key of ['uid', 'gid', 'minSize', 'maxSize'] as const) take(key, countOf);
  for (const key of ['user', 'group', 'target'] as const) take(key, (value, at) => textOf(value, at));
  for (const key of ['nonEmpty', 'executable'] as const) take(key, flagOf);
  take('elf', (value, at) => choiceOf(value, at, elfMachines));
  for (const key of ['contains', 'lacks'] as const) take(key, patternsOf);
  for (const name of digestKeys) {
    const value = rule[name];
    if (value === undefined) continue;
    if (found.digest !== undefined) throw new ShapeError(`${place} has more than one digest`);
    const hex = textOf(value, `${place}.${name}`).toLowerCase();
    if (!/^[0-9a-f]+$/.test(hex) || hex.length !== digestLengths[name])
      throw new ShapeError(`${place}.${name} must be ${digestLengths[name]} hexadecimal digits`);
    found.digest = { name, hex };
  }
  return found;
}

function patternsOf(value: unknown, place: string): Pattern[] {
  const list = typeof value === 'string' ? [value] : listOf(value, place, 100);
  return list.map((one, i) => {
    const source = textOf(one, `${place}[${i}]`, 'a pattern');
    try {
      return new Pattern(source);
    } catch (error) {
      if (error instanceof PatternError) throw new ShapeError(`${place} cannot be used: ${error.message}`);
      throw error;
    }
  });
}
