/** Incremental BLAKE2b with 64 bytes of result and no key, as b2sum uses it — RFC 7693. */
import { START512 } from './sha-constants';

/** The order of the message words in rounds 0 to 9; rounds 10 and 11 repeat the first two. */
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
/** The four words of the state that each of the eight steps of a round mixes. */
const STEPS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];
const blockSize = 128;

/** Working state and message: 64-bit words, lower half first. */
const V = new Int32Array(32);
const M = new Int32Array(32);

/** Adds word `b` of the state to word `a`, and word `m` of the message unless `m` is negative. */
function add(a: number, b: number, m: number): void {
  const low = (V[2 * a]! >>> 0) + (V[2 * b]! >>> 0) + (m < 0 ? 0 : M[2 * m]! >>> 0);
  V[2 * a + 1] = V[2 * a + 1]! + V[2 * b + 1]! + (m < 0 ? 0 : M[2 * m + 1]!) + ((low / 2 ** 32) | 0);
  V[2 * a] = low | 0;
}

/** Word `a` becomes the exclusive or of `a` and `b`, rotated right by `bits`. */
function mixIn(a: number, b: number, bits: 16 | 24 | 32 | 63): void {
  const low = V[2 * a]! ^ V[2 * b]!;
  const high = V[2 * a + 1]! ^ V[2 * b + 1]!;
  if (bits === 32) {
    V[2 * a] = high;
    V[2 * a + 1] = low;
  } else if (bits === 63) {
    V[2 * a] = (low << 1) | (high >>> 31);
    V[2 * a + 1] = (high << 1) | (low >>> 31);
  } else {
    V[2 * a] = (low >>> bits) | (high << (32 - bits));
    V[2 * a + 1] = (high >>> bits) | (low << (32 - bits));
  }
}

function mix([a, b, c, d]: readonly number[], first: number, second: number): void {
  add(a!, b!, first);
  mixIn(d!, a!, 32);
  add(c!, d!, -1);
  mixIn(b!, c!, 24);
  add(a!, b!, second);
  mixIn(d!, a!, 16);
  add(c!, d!, -1);
  mixIn(b!, c!, 63);
}

export class Blake2b {
  readonly digestSize = 64;
  private readonly state = new Int32Array(16);
  private readonly pending = new Uint8Array(blockSize);
  private pendingLength = 0;
  /** Bytes so far; exact up to 2^53. */
  private total = 0;

  constructor() {
    for (let i = 0; i < 8; i++) {
      this.state[2 * i] = START512[2 * i + 1]!;
      this.state[2 * i + 1] = START512[2 * i]!;
    }
    // the length of the result, and no tree hashing
    this.state[0] = this.state[0]! ^ 0x01010040;
  }

  private compress(last: boolean): void {
    const { state } = this;
    const view = new DataView(this.pending.buffer);
    for (let i = 0; i < 32; i++) M[i] = view.getInt32(4 * i, true);
    V.set(state);
    for (let i = 0; i < 8; i++) {
      V[16 + 2 * i] = START512[2 * i + 1]!;
      V[17 + 2 * i] = START512[2 * i]!;
    }
    V[24] = V[24]! ^ (this.total % 2 ** 32);
    V[25] = V[25]! ^ Math.floor(this.total / 2 ** 32);
    if (last) {
      V[28] = ~V[28]!;
      V[29] = ~V[29]!;
    }
    for (let round = 0; round < 12; round++) {
      const order = SIGMA[round % 10]!;
      for (let i = 0; i < 8; i++) mix(STEPS[i]!, order[2 * i]!, order[2 * i + 1]!);
    }
    for (let i = 0; i < 16; i++) state[i] = state[i]! ^ V[i]! ^ V[16 + i]!;
  }

  /** Adds `bytes[from..to)`. The bytes are not kept. */
  update(bytes: Uint8Array, from = 0, to = bytes.length): this {
    for (let at = from; at < to; ) {
      // the last block is compressed differently, so a full block waits until there are more bytes
      if (this.pendingLength === blockSize) {
        this.total += blockSize;
        this.compress(false);
        this.pendingLength = 0;
      }
      const taken = Math.min(blockSize - this.pendingLength, to - at);
      this.pending.set(bytes.subarray(at, at + taken), this.pendingLength);
      this.pendingLength += taken;
      at += taken;
    }
    return this;
  }

  /** The hash of all bytes added; nothing can be added afterwards. */
  digest(): Uint8Array<ArrayBuffer> {
    this.total += this.pendingLength;
    this.pending.fill(0, this.pendingLength);
    this.compress(true);
    return new Uint8Array(this.state.slice().buffer);
  }
}
