/** Incremental MD5, for old checksum lists that have nothing better — RFC 1321. */
import { ShaStream } from './sha-stream';

/** 32 bits of the sine of 1 to 64. */
const K = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
/** The rotations of each round: four numbers for each sixteen steps. */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const W = new Int32Array(16);

/** An incremental MD5. It does not protect against deliberate changes. */
export class Md5 extends ShaStream {
  constructor() {
    super(64, 16, START, true);
  }

  protected compress(bytes: Uint8Array, from: number, to: number): void {
    const { state } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = from; at < to; at += 64) {
      for (let i = 0; i < 16; i++) W[i] = view.getInt32(at + 4 * i, true);
      let a = state[0]!;
      let b = state[1]!;
      let c = state[2]!;
      let d = state[3]!;
      for (let i = 0; i < 64; i++) {
        const turn = i >> 4;
        let mixed: number;
        let word: number;
        if (turn === 0) {
          mixed = d ^ (b & (c ^ d));
          word = i;
        } else if (turn === 1) {
          mixed = c ^ (d & (b ^ c));
          word = (5 * i + 1) & 15;
        } else if (turn === 2) {
          mixed = b ^ c ^ d;
          word = (3 * i + 5) & 15;
        } else {
          mixed = c ^ (b | ~d);
          word = (7 * i) & 15;
        }
        const sum = (a + mixed + K[i]! + W[word]!) | 0;
        const shift = SHIFTS[4 * turn + (i & 3)]!;
        a = d;
        d = c;
        c = b;
        b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
      }
      state[0] = (state[0]! + a) | 0;
      state[1] = (state[1]! + b) | 0;
      state[2] = (state[2]! + c) | 0;
      state[3] = (state[3]! + d) | 0;
    }
  }
}
