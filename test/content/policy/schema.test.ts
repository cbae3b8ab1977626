/** The published schema of policies accepts what the program accepts, and refuses what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elfMachines } from '../../../src/content/policy/elf';
import { PolicyError, parsePolicy } from '../../../src/content/policy/parse';
import { root } from '../../support/cli';
import { validate } from '../../support/json-schema';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const schema = JSON.parse(read('docs/policy.schema.json'));
const examples = [...read('docs/policy.md').matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text!);

test('every example of the documentation is a policy', () => {
  expect(examples.length).toBeGreaterThan(0);
  for (const text of examples) {
    expect(validate(JSON.parse(text), schema)).toEqual([]);
    expect(parsePolicy(text).rules.length).toBeGreaterThan(0);
  }
});

describe('the schema refuses what the program refuses', () => {
  test.each([
    { version: 2, paths: ['/a'] },
    { version: 1, path: ['/a'] },
    { version: 1, paths: ['a'] },
    { version: 1, paths: [{ path: '/a', anyOf: ['/b'] }] },
    { version: 1, paths: [{}] },
    { version: 1, paths: [{ anyOf: [] }] },
    { version: 1, paths: [{ path: '/a', mode: '789' }] },
    { version: 1, paths: [{ path: '/a', elf: 'z80' }] },
    { version: 1, paths: [{ path: '/a', type: 'dir' }] },
    { version: 1, paths: [{ path: '/a', minSize: 1.5 }] },
    { version: 1, paths: [{ path: '/a', severity: 'fatal' }] },
    { version: 1, paths: [{ path: '/a', unknown: true }] },
    { version: 1, forbidden: [{ except: [] }] },
    { version: 1, filesystem: { type: 'ext2' } },
  ])('%j', (policy) => {
    expect(validate(policy, schema)).not.toEqual([]);
    expect(() => parsePolicy(policy)).toThrow(PolicyError);
  });
});

test('the schema knows every key and every machine', () => {
  const rule = Object.keys(schema.$defs.rule.properties);
  expect(schema.$defs.rule.properties.elf.enum).toEqual(elfMachines);
  for (const key of rule) {
    try {
      parsePolicy({ version: 1, paths: [{ path: '/a', [key]: {} }] });
    } catch (error) {
      expect(String(error)).not.toMatch(/has no key/);
    }
  }
  try {
    parsePolicy({ version: 1, paths: [{ zzzzzzzzzz: 1 }] });
  } catch (error) {
    expect(/known keys are (.*)$/.exec(String(error))?.[1]?.split(', ').sort()).toEqual(rule.sort());
  }
});
