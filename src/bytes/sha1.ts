/** Incremental SHA-1, for checksum lists that have nothing better — FIPS 180-4. */
import { ShaStream } from './sha-stream';

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
const K = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
const W = new Int32Array(80);

export class Sha1 extends ShaStream {
  constructor() {
    super(64, 20, START);
  }

  protected compress(bytes: Uint8Array, from: number, to: number): void {
    const { state } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = from; at < to; at += 64) {
      for (let i = 0; i < 16; i++) W[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 80; i++) {
        const word = W[i - 3]! ^ W[i - 8]! ^ W[i - 14]! ^ W[i - 16]!;
        W[i] = (word << 1) | (word >>> 31);
      }
      let a = state[0]!;
      let b = state[1]!;
      let c = state[2]!;
      let d = state[3]!;
      let e = state[4]!;
      for (let i = 0; i < 80; i++) {
        const turn = i < 20 ? 0 : i < 40 ? 1 : i < 60 ? 2 : 3;
        const mixed = turn === 0 ? d ^ (b & (c ^ d)) : turn === 2 ? (b & c) | (d & (b | c)) : b ^ c ^ d;
        const sum = (((a << 5) | (a >>> 27)) + mixed + e + K[turn]! + W[i]!) | 0;
        e = d;
        d = c;
        c = (b << 30) | (b >>> 2);
        b = a;
        a = sum;
      }
      state[0] = (state[0]! + a) | 0;
      state[1] = (state[1]! + b) | 0;
      state[2] = (state[2]! + c) | 0;
      state[3] = (state[3]! + d) | 0;
      state[4] = (state[4]! + e) | 0;
    }
  }
}
