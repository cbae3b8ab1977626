import { expect, test } from 'vitest';
import { ReadLatency } from '../../src/source/read-latency';

const fast = 3_000;
const slow = 200_000;

function slowAfter(...times: number[]): boolean {
  const latency = new ReadLatency();
  for (const time of times) latency.note(4096, time);
  return latency.slow;
}

test('a few slow reads say nothing', () => {
  expect(slowAfter()).toBe(false);
  expect(slowAfter(slow, slow, slow, slow, slow)).toBe(false);
  expect(slowAfter(...Array(20).fill(fast), slow, slow, slow, slow, slow, slow, slow)).toBe(false);
});

test('half of the latest reads do', () => {
  expect(slowAfter(slow, slow, slow, slow, slow, slow)).toBe(true);
  expect(slowAfter(...Array(20).fill(fast), ...Array(8).fill(slow))).toBe(true);
});

test('it ends when reads are fast again', () => {
  expect(slowAfter(...Array(16).fill(slow), ...Array(8).fill(fast))).toBe(true);
  expect(slowAfter(...Array(16).fill(slow), ...Array(9).fill(fast))).toBe(false);
});

test('long reads may take longer', () => {
  const latency = new ReadLatency();
  for (let i = 0; i < 16; i++) latency.note(256 * 1024, slow);
  expect(latency.slow).toBe(false);
});

test('one read in three is timed', () => {
  const latency = new ReadLatency();
  expect(Array.from({ length: 6 }, () => latency.wantsNext())).toEqual([false, false, true, false, false, true]);
});
