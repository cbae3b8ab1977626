/** A stream of bytes that is read sequentially, a few bytes or many at a time. */

export class ByteStream {
  position: number;
  private readonly source: AsyncIterator<Uint8Array, unknown, undefined>;
  private buffer: Uint8Array = new Uint8Array(0);
  private ended = false;

  /** `onPiece` is called with every piece that is read, and its offset. */
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
    this.ended = done === true;
    if (done) return false;
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

  /** The next bytes, without consuming them: at most `count`, a few thousand, and fewer only at the end. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.buffer.length < count && (await this.pull()));
    return this.buffer.subarray(0, count);
  }

  /** Consumes the next `count` bytes, a few thousand at most; null if there are fewer. */
  async take(count: number): Promise<Uint8Array | null> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return null;
    this.advance(count);
    return bytes;
  }

  private advance(count: number): void {
    this.buffer = this.buffer.subarray(count);
    this.position += count;
  }

  /** Skips `count` bytes; false if there are fewer. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      if (this.buffer.length === 0 && !(await this.pull())) return false;
      const step = Math.min(left, this.buffer.length);
      this.advance(step);
      left -= step;
    }
    return true;
  }

  /** Skips bytes that are 0; returns how many. */
  async skipZeros(): Promise<number> {
    const start = this.position;
    for (;;) {
      if (this.buffer.length === 0 && !(await this.pull())) break;
      let count = 0;
      while (count < this.buffer.length && this.buffer[count] === 0) count++;
      this.advance(count);
      if (this.buffer.length > 0) break;
    }
    return this.position - start;
  }

  /** Consumes the bytes that are buffered, at least one; null at the end. */
  async next(): Promise<Uint8Array | null> {
    if (this.buffer.length === 0 && !(await this.pull())) return null;
    const bytes = this.buffer;
    this.advance(bytes.length);
    return bytes;
  }

  async skipAll(): Promise<void> {
    while ((await this.next()) !== null);
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.source.return?.();
  }
}
