import { expect, test } from 'vitest';
import { EncryptionPolicies, noPolicy } from '../../src/facts/encryption';

test('policies are equal when their bytes are, and all unknown ones are one', () => {
  const policies = new EncryptionPolicies();
  policies.set(12, Uint8Array.of(1, 2, 3));
  policies.set(70_000, Uint8Array.of(1, 2, 3));
  policies.set(13, Uint8Array.of(1, 2, 4));
  policies.set(14, null);
  policies.set(4_294_967_295, null);
  expect(policies.of(12)).toBe(policies.of(70_000));
  expect(policies.of(14)).toBe(policies.of(4_294_967_295));
  expect(new Set([12, 13, 14, 15].map((ino) => policies.of(ino))).size).toBe(4);
  expect(policies.of(15)).toBe(noPolicy);
  expect(policies.of(4096)).toBe(noPolicy);
});
