/**
 * The common part of MD5 and the SHA family: whole blocks are compressed when they are complete, the rest waits — FIPS
 * 180-4.
 */

/** An incremental hash: any number of `update`, then `digest`; `reset` starts again. */
export abstract class ShaStream {
  private readonly pending: Uint8Array;
  private pendingLength = 0;
  /** Bytes so far; exact up to 2^53. */
  private total = 0;

  protected constructor(
    /** Bytes per block. */
    readonly blockSize: 64 | 128,
    /** Bytes of the result. */
    readonly digestSize: number,
    /** MD5 stores its bit count with the lower half first. */
    private readonly littleEndian = false,
  ) {
    this.pending = new Uint8Array(blockSize);
  }

  /** Sets the state to its first value. */
  protected abstract start(): void;
  /** Compresses the whole blocks `bytes[from..to)`. */
  protected abstract compress(bytes: Uint8Array, from: number, to: number): void;
  /** Writes the state to `out`, as a digest. */
  protected abstract write(out: Uint8Array, at: number): void;

  /** Discards all bytes added so far. */
  reset(): this {
    this.start();
    this.pendingLength = 0;
    this.total = 0;
    return this;
  }

  /** Adds `bytes[from..to)`. The bytes are not kept. */
  update(bytes: Uint8Array, from = 0, to = bytes.length): this {
    const { blockSize } = this;
    const pending = this.pending;
    this.total += to - from;
    let at = from;
    if (this.pendingLength > 0) {
      const taken = Math.min(blockSize - this.pendingLength, to - at);
      pending.set(bytes.subarray(at, at + taken), this.pendingLength);
      this.pendingLength += taken;
      at += taken;
      if (this.pendingLength < blockSize) return this;
      this.compress(pending, 0, blockSize);
      this.pendingLength = 0;
    }
    const whole = to - ((to - at) % blockSize);
    if (whole > at) this.compress(bytes, at, whole);
    pending.set(bytes.subarray(whole, to));
    this.pendingLength = to - whole;
    return this;
  }

  /** The hash of all bytes added. Nothing can be added afterwards without `reset`. */
  digest(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.digestSize);
    this.digestInto(out, 0);
    return out;
  }

  /** Writes the digest to `out` at byte `at`; it takes `digestSize` bytes. */
  digestInto(out: Uint8Array, at: number): void {
    const { blockSize } = this;
    const pending = this.pending;
    const bits = this.total * 8;
    const lengthBytes = blockSize / 8;
    let length = this.pendingLength;
    pending[length++] = 0x80;
    if (length > blockSize - lengthBytes) {
      pending.fill(0, length);
      this.compress(pending, 0, blockSize);
      length = 0;
    }
    pending.fill(0, length);
    // a bit count below 2^56 covers all exact byte counts
    const view = new DataView(pending.buffer);
    const [high, low] = this.littleEndian ? [4, 8] : [8, 4];
    view.setUint32(blockSize - high, Math.floor(bits / 2 ** 32), this.littleEndian);
    view.setUint32(blockSize - low, bits % 2 ** 32, this.littleEndian);
    this.compress(pending, 0, blockSize);
    this.write(out, at);
  }
}
