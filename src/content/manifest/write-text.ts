/** Builds the text of a manifest as bytes, which is faster than strings for each word. */

const code = { newline: 0x0a, zero: 0x30, backslash: 0x5c, slash: 0x2f, hash: 0x23, equals: 0x3d };
const encoder = new TextEncoder();
const digits = encoder.encode('0123456789abcdef');
const decoder = new TextDecoder();

/** Whether a byte of a name needs no escape: visible ASCII except `#`, `=` and the backslash. */
const isPlain = (byte: number): boolean =>
  byte > 0x20 && byte < 0x7f && byte !== code.hash && byte !== code.equals && byte !== code.backslash;

export class ManifestText {
  private bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  /** @param room expected number of bytes; more bytes are copied */
  constructor(room: number) {
    this.bytes = new Uint8Array(room);
  }

  private grow(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  ascii(text: string): this {
    this.grow(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
    return this;
  }

  text(text: string): this {
    const bytes = encoder.encode(text);
    this.grow(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  copy(other: ManifestText): this {
    this.grow(other.length);
    for (let i = 0; i < other.length; i++) this.bytes[this.length + i] = other.bytes[i]!;
    this.length += other.length;
    return this;
  }

  /** Adds part of a name or target as mtree writes it, with octal escapes; a slash is escaped if `slashToo`. */
  escaped(from: Uint8Array, at: number, end: number, slashToo: boolean): this {
    this.grow((end - at) * 4);
    let to = this.length;
    for (let i = at; i < end; i++) {
      const byte = from[i]!;
      if (isPlain(byte) && !(slashToo && byte === code.slash)) this.bytes[to++] = byte;
      else {
        this.bytes[to++] = code.backslash;
        this.bytes[to++] = code.zero + (byte >> 6);
        this.bytes[to++] = code.zero + ((byte >> 3) & 7);
        this.bytes[to++] = code.zero + (byte & 7);
      }
    }
    this.length = to;
    return this;
  }

  /** Adds a whole number in decimal, with leading zeros up to `width` digits. */
  decimal(value: number, width = 1): this {
    // larger ones and negative ones are rare
    if (!(value >= 0 && value <= 0x7fffffff)) return this.ascii(String(value).padStart(width, '0'));
    let count = width;
    for (let limit = 10 ** width; value >= limit; limit *= 10) count++;
    this.grow(count);
    let rest = value | 0;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = code.zero + (rest - tenth * 10);
      rest = tenth;
    }
    this.length += count;
    return this;
  }

  hex(from: Uint8Array, at: number, end: number): this {
    this.grow((end - at) * 2);
    let to = this.length;
    for (let i = at; i < end; i++) {
      const byte = from[i]!;
      this.bytes[to++] = digits[byte >> 4]!;
      this.bytes[to++] = digits[byte & 15]!;
    }
    this.length = to;
    return this;
  }

  /** Removes everything after the first `length` bytes. */
  cut(length: number): void {
    this.length = length;
  }

  /** Returns the text as a string, and clears it. */
  take(): string {
    const text = decoder.decode(this.bytes.subarray(0, this.length));
    this.length = 0;
    return text;
  }
}

/** A name or target as mtree writes it. */
export const escapedName = (bytes: Uint8Array, slashToo: boolean): string =>
  new ManifestText(bytes.length * 4).escaped(bytes, 0, bytes.length, slashToo).take();
