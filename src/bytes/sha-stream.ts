/**
 * The common part of MD5 and the SHA family: whole blocks are compressed when they are complete, the rest waits — FIPS
 * 180-4.
 */

/** An incremental hash: any number of `update`, then `digest`; `reset` starts again. */
export abstract class ShaStream {
  protected readonly state: Int32Array;
  private readonly pending: Uint8Array;
  private pendingLength = 0;
  /** Bytes so far; exact up to 2^53. */
  private total = 0;

  protected constructor(
    readonly blockSize: 64 | 128,
    readonly digestSize: number,
    /** The words of the state before the first block. */
    private readonly start: ArrayLike<number>,
    /** MD5 stores its result, and its bit count, with the lowest byte first. */
    private readonly littleEndian = false,
  ) {
    this.state = Int32Array.from(start);
    this.pending = new Uint8Array(blockSize);
  }

  /** Compresses the whole blocks `bytes[from..to)`. */
  protected abstract compress(bytes: Uint8Array, from: number, to: number): void;

  reset(): this {
    this.state.set(this.start);
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

  /** The hash of all bytes added, in `out`. Nothing can be added afterwards without `reset`. */
  digest(out = new Uint8Array(this.digestSize)): Uint8Array<ArrayBuffer> {
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
    const result = new DataView(out.buffer, out.byteOffset);
    for (let at = 0; at < this.digestSize; at += 4) result.setInt32(at, this.state[at / 4]!, this.littleEndian);
    return out;
  }
}
