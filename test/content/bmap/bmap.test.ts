import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BmapError, parseBmap } from '../../../src/content/bmap/parse';
import { verifyBmap } from '../../../src/content/bmap/verify';
import { memorySource } from '../../../src/source/memory';
import { SourceError } from '../../../src/source/source';

const hash = (algorithm: string, bytes: string | Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

const image = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7) & 0xff);
const block = 1024;

/** A block map as bmaptool writes it, with its own checksum right. */
function bmapOf(ranges: readonly [number, number][], version = '2.0', algorithm = 'sha256', bytes = image): string {
  const old = version === '1.3';
  const attribute = old ? 'sha1' : 'chksum';
  const rows = ranges.map(([from, to]) => {
    const sum = hash(algorithm, bytes.subarray(from * block, Math.min((to + 1) * block, bytes.length)));
    return `        <Range ${attribute}="${sum}"> ${from === to ? from : `${from}-${to}`} </Range>`;
  });
  const zeros = '0'.repeat(hash(algorithm, '').length);
  const own = old
    ? `    <BmapFileSHA1> ${zeros} </BmapFileSHA1>`
    : `    <ChecksumType> ${algorithm} </ChecksumType>\n    <BmapFileChecksum> ${zeros} </BmapFileChecksum>`;
  const text = `<?xml version="1.0" ?>
<!-- Blocks that are mapped: <Range> -->
<bmap version="${version}">
    <ImageSize> ${bytes.length} </ImageSize>
    <BlockSize> ${block} </BlockSize>
    <BlocksCount> ${Math.ceil(bytes.length / block)} </BlocksCount>
    <MappedBlocksCount> 4 </MappedBlocksCount>
${own}
    <BlockMap>
${rows.join('\n')}
    </BlockMap>
</bmap>
`;
  return text.replace(zeros, hash(algorithm, text));
}

const ranges: [number, number][] = [
  [0, 1],
  [4, 4],
  [8, 9],
];

describe('verifying', () => {
  test.each([
    ['1.3', 'sha1'],
    ['1.4', 'sha256'],
    ['2.0', 'sha256'],
    ['2.0', 'sha512'],
  ])('version %s with %s: the image it was made of', async (version, algorithm) => {
    const result = await verifyBmap(memorySource(image), bmapOf(ranges, version, algorithm));
    expect(result).toMatchObject({
      findings: [],
      verified: 3,
      withoutChecksum: 0,
      bytes: 4 * block + (10_000 % block),
    });
  });

  test('changed blocks are named by their range, holes do not matter', async () => {
    const changed = image.slice();
    changed[4 * block]! ^= 1;
    changed[3 * block]! ^= 1;
    changed[9999]! ^= 1;
    const { findings } = await verifyBmap(memorySource(changed), bmapOf(ranges));
    expect(findings.map(({ id, bytes, data }) => [id, bytes, data?.['from'], data?.['to']])).toEqual([
      ['bmap-range-differs', { at: 4096, length: 1024 }, 4, 4],
      ['bmap-range-differs', { at: 8192, length: 1808 }, 8, 9],
    ]);
  });

  test('an image that is truncated, or cannot be read', async () => {
    const cut = await verifyBmap(memorySource(image.subarray(0, 9000)), bmapOf(ranges));
    expect(cut.findings.map(({ id, data }) => [id, data])).toEqual([
      ['bmap-size-differs', { stored: 9000, expected: 10_000 }],
      ['bmap-range-unreadable', { from: 8, to: 9, why: 'the image ends before these blocks' }],
    ]);
    const broken = {
      size: image.length,
      read: (at: number, into: Uint8Array) => {
        if (at === 4096) throw new SourceError('it fails here', at, into.length);
        return memorySource(image).read(at, into);
      },
    };
    const { findings } = await verifyBmap(broken, bmapOf(ranges));
    expect(findings.map(({ data }) => data)).toEqual([{ from: 4, to: 4, why: 'it fails here' }]);
    const other = new Error('bug');
    const buggy = { size: image.length, read: () => Promise.reject(other) };
    await expect(verifyBmap(buggy, bmapOf(ranges))).rejects.toBe(other);
  });

  test('progress, and its end by a signal', async () => {
    const steps: number[] = [];
    await verifyBmap(memorySource(image), bmapOf(ranges), { onProgress: (done) => steps.push(done) });
    expect(steps).toEqual([2048, 3072, 4880]);
    await expect(verifyBmap(memorySource(image), bmapOf(ranges), { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  test('ranges without a checksum are counted', async () => {
    const text = bmapOf([[0, 0]]).replace(/ chksum="\w+"/, '');
    const own = /<BmapFileChecksum> (\w+)/.exec(text)![1]!;
    const right = text.replace(own, hash('sha256', text.replace(own, '0'.repeat(64))));
    expect(await verifyBmap(memorySource(image), right)).toMatchObject({ verified: 0, withoutChecksum: 1 });
  });
});

describe('files that cannot be used', () => {
  const good = bmapOf(ranges);
  test.each([
    ['', 'it contains no tag'],
    ['<bmap version="1.2">', 'version 1.2 has no checksums'],
    ['<bmap version="3.0">', 'version 3.0 has no checksums or is unknown'],
    ['<image version="2.0">', 'it does not start with <bmap'],
    ['<!DOCTYPE bmap [<!ENTITY a "b">]><bmap version="2.0"/>', 'is not a tag of a block map'],
    ['<bmap version="2.0" a="&b;">', 'is not a tag of a block map'],
    ['<!-- ', "'-->' is missing"],
    [good.replace('sha256', 'crc'), "its checksum algorithm 'crc' is unknown"],
    [good.replace(/<BmapFileChecksum>.*/, ''), 'it has no checksum of itself'],
    [good.replace(/<BlockSize>.*/, ''), 'it has no valid BlockSize'],
    [good.replace('> 10 <', '> 11 <'), '11 blocks of 1024 bytes do not match the size of 10000 bytes'],
    [good.replace('> 4 </Range>', '> 9 </Range>'), 'the range 8-9 is out of order'],
    [good.replace('8-9', '8-99'), 'the range 8-99 is out of order or past the 10 blocks'],
    [good.replace('> 8-9 <', '> 8- <'), "'8-' is not a range of blocks"],
    [good.replace(/chksum="\w+"/, 'chksum="abc"'), 'the checksum of the range 0-1 is not a sha256'],
  ])('%#', (text, message) => {
    expect(() => parseBmap(text)).toThrow(BmapError);
    expect(() => parseBmap(text)).toThrow(message);
  });

  test('one that was changed', async () => {
    const changed = good.replace('8-9', '8');
    await expect(verifyBmap(memorySource(image), changed)).rejects.toThrow('its own checksum is wrong');
  });

  test('no text makes it throw anything else', () => {
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(40), fc.string(), (at, length, text) => {
        try {
          parseBmap(good.slice(0, at) + text + good.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(BmapError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
