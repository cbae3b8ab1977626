import { expect, test } from 'vitest';
import { Pace } from '../../src/source/pace';

const fast = 3_000;
const slow = 200_000;

function paceAfter(...times: number[]): boolean {
  const pace = new Pace();
  for (const time of times) pace.note(4096, time);
  return pace.slow;
}

test('a few slow reads say nothing', () => {
  expect(paceAfter()).toBe(false);
  expect(paceAfter(slow, slow, slow, slow, slow)).toBe(false);
  expect(paceAfter(...Array(20).fill(fast), slow, slow, slow, slow, slow, slow, slow)).toBe(false);
});

test('half of the latest reads do', () => {
  expect(paceAfter(slow, slow, slow, slow, slow, slow)).toBe(true);
  expect(paceAfter(...Array(20).fill(fast), ...Array(8).fill(slow))).toBe(true);
});

test('it ends when reads are fast again', () => {
  expect(paceAfter(...Array(16).fill(slow), ...Array(8).fill(fast))).toBe(true);
  expect(paceAfter(...Array(16).fill(slow), ...Array(9).fill(fast))).toBe(false);
});

test('long reads may take longer', () => {
  const pace = new Pace();
  for (let i = 0; i < 16; i++) pace.note(256 * 1024, slow);
  expect(pace.slow).toBe(false);
});

test('one read in three is timed', () => {
  const pace = new Pace();
  expect(Array.from({ length: 6 }, () => pace.wantsNext())).toEqual([false, false, true, false, false, true]);
});
