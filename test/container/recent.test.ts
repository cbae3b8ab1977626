/** Bounded memory for what was used most recently. */
import { describe, expect, test } from 'vitest';
import { Recent, TableCache } from '../../src/container/recent';
import { memorySource } from '../../src/source/memory';
import { type ByteSource, SourceError } from '../../src/source/source';
import { asynchronous } from '../support/layer-context';

const kept = (recent: Recent, count: number): number[] =>
  Array.from({ length: count }, (_, key) => key).filter((key) => recent.get(key) !== undefined);

describe('Recent', () => {
  test('drops what was not used for the longest time', () => {
    const recent = new Recent(30);
    for (const key of [0, 1, 2]) recent.set(key, new Uint8Array(10));
    recent.get(0);
    recent.set(3, new Uint8Array(10));
    expect(kept(recent, 4)).toEqual([0, 2, 3]);
    recent.set(4, new Uint8Array(25));
    expect(kept(recent, 5)).toEqual([4]);
  });

  test('an array for the same key replaces the last one, also in the count', () => {
    const recent = new Recent(30);
    for (let i = 0; i < 10; i++) recent.set(0, new Uint8Array(20));
    recent.set(0, new Uint8Array(10));
    recent.set(1, new Uint8Array(20));
    expect(kept(recent, 2)).toEqual([0, 1]);
    expect(recent.get(0)!.length).toBe(10);
  });

  test('keeps a single array that is larger than allowed, which was just read', () => {
    const recent = new Recent(5);
    recent.set(0, new Uint8Array(3));
    recent.set(1, new Uint8Array(10));
    expect(kept(recent, 2)).toEqual([1]);
  });
});

describe('TableCache', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const counted = (): { source: ByteSource; reads: number[] } => {
    const reads: number[] = [];
    const memory = memorySource(bytes);
    const read = (at: number, into: Uint8Array) => {
      reads.push(at);
      return memory.read(at, into);
    };
    return { source: { size: bytes.length, read }, reads };
  };

  test('reads each piece once, and gives no promise where the source gives none', () => {
    const { source, reads } = counted();
    const tables = new TableCache(source);
    for (const at of [0, 40, 0, 40]) expect(tables.get(at, 10, 'the table')).toEqual(bytes.slice(at, at + 10));
    expect(reads).toEqual([0, 40]);
  });

  test('reads again what was dropped', () => {
    const { source, reads } = counted();
    const tables = new TableCache(source, 20);
    for (const at of [0, 10, 20, 0]) tables.get(at, 10, 'the table');
    expect(reads).toEqual([0, 10, 20, 0]);
  });

  test('waits for an asynchronous source, then answers at once', async () => {
    const tables = new TableCache(asynchronous(memorySource(bytes)));
    const first = tables.get(5, 3, 'the table');
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toEqual(Uint8Array.of(5, 6, 7));
    expect(tables.get(5, 3, 'the table')).toEqual(Uint8Array.of(5, 6, 7));
  });

  test('names what is past the end', () => {
    const { source, reads } = counted();
    expect(() => new TableCache(source).get(95, 10, 'the table of blocks')).toThrow(
      new SourceError('the table of blocks at byte 95 is past the end of the 100 bytes', 95, 10),
    );
    expect(reads).toEqual([]);
  });
});
