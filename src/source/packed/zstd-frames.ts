/**
 * Finds where frames of zstd end: the decompression of Node stops after the first one, and does not distinguish a complete
 * frame from a truncated one. RFC 8878, section 3.
 */

/** What the bytes are that were taken. */
export interface FramePart {
  length: number;
  kind: 'frame' | 'skippable' | 'other';
  /** Whether the frame ends with them. */
  isLast: boolean;
}

/** At the start of a frame, so many bytes must be given at once: what it is depends on them. */
export const frameMagicLength = 4;

const frameMagic = 0xfd2f_b528;
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

type State = 'magic' | 'skippable' | 'descriptor' | 'block' | 'end';

export class ZstdFrames {
  private state: State = 'magic';
  /** A header of a frame or of a block, as far as it was read, and its length. */
  private readonly header = new Uint8Array(4);
  private have = 0;
  private wanted = 4;
  /** Bytes before the next header. */
  private skip = 0;
  private hasChecksum = false;
  private kind: FramePart['kind'] = 'frame';

  /** Whether a frame has begun and not ended. */
  get isInside(): boolean {
    return this.state !== 'magic';
  }

  /** Takes bytes from `from`, at most up to the end of a frame. Other data is taken completely. */
  take(bytes: Uint8Array, from: number): FramePart {
    let at = from;
    while (at < bytes.length) {
      if (this.kind === 'other') return { length: bytes.length - from, kind: 'other', isLast: false };
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, bytes.length - at);
        this.skip -= skipped;
        at += skipped;
      } else {
        this.header[this.have++] = bytes[at++]!;
        if (this.have === this.wanted) this.judge();
      }
      if (this.skip === 0 && this.state === 'end') {
        const { kind } = this;
        this.expect('magic', 4);
        this.kind = 'frame';
        return { length: at - from, kind, isLast: true };
      }
    }
    return { length: at - from, kind: this.kind, isLast: false };
  }

  private expect(state: State, wanted: number): void {
    this.state = state;
    this.wanted = wanted;
    this.have = 0;
  }

  /** Reads a header that is complete. */
  private judge(): void {
    const value = new DataView(this.header.buffer).getUint32(0, true);
    switch (this.state) {
      case 'magic':
        if (value === frameMagic) return this.expect('descriptor', 1);
        this.kind = isSkippable(value) ? 'skippable' : 'other';
        return this.expect('skippable', 4);
      case 'skippable':
        this.skip = value;
        return this.expect('end', 0);
      case 'descriptor': {
        const descriptor = value & 0xff;
        const isSingle = (descriptor & 0x20) !== 0;
        const sizeField = descriptor >>> 6 === 0 ? Number(isSingle) : 2 ** (descriptor >>> 6);
        this.skip = Number(!isSingle) + [0, 1, 2, 4][descriptor & 3]! + sizeField;
        this.hasChecksum = (descriptor & 4) !== 0;
        return this.expect('block', 3);
      }
      case 'block': {
        const block = value & 0xff_ffff;
        const isRepeated = ((block >>> 1) & 3) === 1;
        this.skip = isRepeated ? 1 : block >>> 3;
        if ((block & 1) === 0) return this.expect('block', 3);
        this.skip += this.hasChecksum ? 4 : 0;
        return this.expect('end', 0);
      }
    }
  }
}
