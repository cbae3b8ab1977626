/** A run of bytes that is read from front to back, a few bytes or many at a time. */

export class ByteStream {
  /** Bytes passed so far. */
  position: number;
  private readonly source: AsyncIterator<Uint8Array, unknown, undefined>;
  private buffer: Uint8Array = new Uint8Array(0);
  private ended = false;

  /** `onPiece` sees every piece as it comes, with its place. */
  constructor(
    pieces: AsyncIterable<Uint8Array>,
    from = 0,
    private readonly onPiece?: (piece: Uint8Array, at: number) => void,
  ) {
    this.source = pieces[Symbol.asyncIterator]();
    this.position = from;
  }

  private async pull(): Promise<boolean> {
    if (this.ended) return false;
    const { done, value } = await this.source.next();
    if (done) {
      this.ended = true;
      return false;
    }
    this.onPiece?.(value, this.position + this.buffer.length);
    if (this.buffer.length === 0) this.buffer = value;
    else {
      const joined = new Uint8Array(this.buffer.length + value.length);
      joined.set(this.buffer);
      joined.set(value, this.buffer.length);
      this.buffer = joined;
    }
    return true;
  }

  /** The next bytes, which stay: at most `count`, a few thousand, and fewer only at the end. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.buffer.length < count && (await this.pull()));
    return this.buffer.subarray(0, count);
  }

  /** The next `count` bytes, or null where there are not as many; a few thousand at most. */
  async take(count: number): Promise<Uint8Array | null> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return null;
    this.pass(count);
    return bytes;
  }

  private pass(count: number): void {
    this.buffer = this.buffer.subarray(count);
    this.position += count;
  }

  /** Passes `count` bytes without looking; false where there are not as many. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      if (this.buffer.length === 0 && !(await this.pull())) return false;
      const step = Math.min(left, this.buffer.length);
      this.pass(step);
      left -= step;
    }
    return true;
  }

  /** Passes bytes as long as they are 0; returns how many. */
  async skipZeros(): Promise<number> {
    const start = this.position;
    for (;;) {
      if (this.buffer.length === 0 && !(await this.pull())) break;
      let count = 0;
      while (count < this.buffer.length && this.buffer[count] === 0) count++;
      this.pass(count);
      if (this.buffer.length > 0) break;
    }
    return this.position - start;
  }

  /** What is at hand: at least one byte, or null at the end. They are passed. */
  async next(): Promise<Uint8Array | null> {
    if (this.buffer.length === 0 && !(await this.pull())) return null;
    const bytes = this.buffer;
    this.pass(bytes.length);
    return bytes;
  }

  /** Ends reading before the end. */
  async close(): Promise<void> {
    this.ended = true;
    await this.source.return?.();
  }
}
