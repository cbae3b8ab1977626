/** Incremental SHA-256 and SHA-224 — FIPS 180-4. */
import { K512, START384, START512 } from './sha-constants';
import { ShaStream } from './sha-stream';

/** Round constants and start values are the upper halves of SHA-512's. */
const K = Int32Array.from({ length: 64 }, (_, i) => K512[2 * i]!);
const START = Int32Array.from({ length: 8 }, (_, i) => START512[2 * i]!);
/** These are the lower halves of SHA-384's. */
const START224 = Int32Array.from({ length: 8 }, (_, i) => START384[2 * i + 1]!);

/** An incremental SHA-256. */
export class Sha256 extends ShaStream {
  private readonly state = new Int32Array(8);

  /** `digestSize` 28 makes it SHA-224. */
  constructor(digestSize: 32 | 28 = 32) {
    super(64, digestSize);
    this.start();
  }

  protected start(): void {
    this.state.set(this.digestSize === 28 ? START224 : START);
  }

  /**
   * Sixteen rounds are written out, with each message word in a separate variable: loops over arrays, or functions for
   * the mixing, reach a third to a half of the speed.
   */
  protected compress(bytes: Uint8Array, from: number, to: number): void {
    const { state } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let s0 = state[0]!;
    let s1 = state[1]!;
    let s2 = state[2]!;
    let s3 = state[3]!;
    let s4 = state[4]!;
    let s5 = state[5]!;
    let s6 = state[6]!;
    let s7 = state[7]!;
    let t = 0;
    let u = 0;
    for (let at = from; at < to; at += 64) {
      let w0 = view.getInt32(at);
      let w1 = view.getInt32(at + 4);
      let w2 = view.getInt32(at + 8);
      let w3 = view.getInt32(at + 12);
      let w4 = view.getInt32(at + 16);
      let w5 = view.getInt32(at + 20);
      let w6 = view.getInt32(at + 24);
      let w7 = view.getInt32(at + 28);
      let w8 = view.getInt32(at + 32);
      let w9 = view.getInt32(at + 36);
      let w10 = view.getInt32(at + 40);
      let w11 = view.getInt32(at + 44);
      let w12 = view.getInt32(at + 48);
      let w13 = view.getInt32(at + 52);
      let w14 = view.getInt32(at + 56);
      let w15 = view.getInt32(at + 60);
      let a = s0;
      let b = s1;
      let c = s2;
      let d = s3;
      let e = s4;
      let f = s5;
      let g = s6;
      let h = s7;
      for (let i = 0; ; i += 16) {
        t = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        t = (t + h + (g ^ (e & (f ^ g))) + K[i]! + w0) | 0;
        d = (d + t) | 0;
        u = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        h = (t + u + ((a & b) | (c & (a | b)))) | 0;
        t = ((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7));
        t = (t + g + (f ^ (d & (e ^ f))) + K[i + 1]! + w1) | 0;
        c = (c + t) | 0;
        u = ((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10));
        g = (t + u + ((h & a) | (b & (h | a)))) | 0;
        t = ((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7));
        t = (t + f + (e ^ (c & (d ^ e))) + K[i + 2]! + w2) | 0;
        b = (b + t) | 0;
        u = ((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10));
        f = (t + u + ((g & h) | (a & (g | h)))) | 0;
        t = ((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7));
        t = (t + e + (d ^ (b & (c ^ d))) + K[i + 3]! + w3) | 0;
        a = (a + t) | 0;
        u = ((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10));
        e = (t + u + ((f & g) | (h & (f | g)))) | 0;
        t = ((a >>> 6) | (a << 26)) ^ ((a >>> 11) | (a << 21)) ^ ((a >>> 25) | (a << 7));
        t = (t + d + (c ^ (a & (b ^ c))) + K[i + 4]! + w4) | 0;
        h = (h + t) | 0;
        u = ((e >>> 2) | (e << 30)) ^ ((e >>> 13) | (e << 19)) ^ ((e >>> 22) | (e << 10));
        d = (t + u + ((e & f) | (g & (e | f)))) | 0;
        t = ((h >>> 6) | (h << 26)) ^ ((h >>> 11) | (h << 21)) ^ ((h >>> 25) | (h << 7));
        t = (t + c + (b ^ (h & (a ^ b))) + K[i + 5]! + w5) | 0;
        g = (g + t) | 0;
        u = ((d >>> 2) | (d << 30)) ^ ((d >>> 13) | (d << 19)) ^ ((d >>> 22) | (d << 10));
        c = (t + u + ((d & e) | (f & (d | e)))) | 0;
        t = ((g >>> 6) | (g << 26)) ^ ((g >>> 11) | (g << 21)) ^ ((g >>> 25) | (g << 7));
        t = (t + b + (a ^ (g & (h ^ a))) + K[i + 6]! + w6) | 0;
        f = (f + t) | 0;
        u = ((c >>> 2) | (c << 30)) ^ ((c >>> 13) | (c << 19)) ^ ((c >>> 22) | (c << 10));
        b = (t + u + ((c & d) | (e & (c | d)))) | 0;
        t = ((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7));
        t = (t + a + (h ^ (f & (g ^ h))) + K[i + 7]! + w7) | 0;
        e = (e + t) | 0;
        u = ((b >>> 2) | (b << 30)) ^ ((b >>> 13) | (b << 19)) ^ ((b >>> 22) | (b << 10));
        a = (t + u + ((b & c) | (d & (b | c)))) | 0;
        t = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        t = (t + h + (g ^ (e & (f ^ g))) + K[i + 8]! + w8) | 0;
        d = (d + t) | 0;
        u = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        h = (t + u + ((a & b) | (c & (a | b)))) | 0;
        t = ((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7));
        t = (t + g + (f ^ (d & (e ^ f))) + K[i + 9]! + w9) | 0;
        c = (c + t) | 0;
        u = ((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10));
        g = (t + u + ((h & a) | (b & (h | a)))) | 0;
        t = ((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7));
        t = (t + f + (e ^ (c & (d ^ e))) + K[i + 10]! + w10) | 0;
        b = (b + t) | 0;
        u = ((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10));
        f = (t + u + ((g & h) | (a & (g | h)))) | 0;
        t = ((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7));
        t = (t + e + (d ^ (b & (c ^ d))) + K[i + 11]! + w11) | 0;
        a = (a + t) | 0;
        u = ((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10));
        e = (t + u + ((f & g) | (h & (f | g)))) | 0;
        t = ((a >>> 6) | (a << 26)) ^ ((a >>> 11) | (a << 21)) ^ ((a >>> 25) | (a << 7));
        t = (t + d + (c ^ (a & (b ^ c))) + K[i + 12]! + w12) | 0;
        h = (h + t) | 0;
        u = ((e >>> 2) | (e << 30)) ^ ((e >>> 13) | (e << 19)) ^ ((e >>> 22) | (e << 10));
        d = (t + u + ((e & f) | (g & (e | f)))) | 0;
        t = ((h >>> 6) | (h << 26)) ^ ((h >>> 11) | (h << 21)) ^ ((h >>> 25) | (h << 7));
        t = (t + c + (b ^ (h & (a ^ b))) + K[i + 13]! + w13) | 0;
        g = (g + t) | 0;
        u = ((d >>> 2) | (d << 30)) ^ ((d >>> 13) | (d << 19)) ^ ((d >>> 22) | (d << 10));
        c = (t + u + ((d & e) | (f & (d | e)))) | 0;
        t = ((g >>> 6) | (g << 26)) ^ ((g >>> 11) | (g << 21)) ^ ((g >>> 25) | (g << 7));
        t = (t + b + (a ^ (g & (h ^ a))) + K[i + 14]! + w14) | 0;
        f = (f + t) | 0;
        u = ((c >>> 2) | (c << 30)) ^ ((c >>> 13) | (c << 19)) ^ ((c >>> 22) | (c << 10));
        b = (t + u + ((c & d) | (e & (c | d)))) | 0;
        t = ((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7));
        t = (t + a + (h ^ (f & (g ^ h))) + K[i + 15]! + w15) | 0;
        e = (e + t) | 0;
        u = ((b >>> 2) | (b << 30)) ^ ((b >>> 13) | (b << 19)) ^ ((b >>> 22) | (b << 10));
        a = (t + u + ((b & c) | (d & (b | c)))) | 0;
        if (i === 48) break;
        t = ((w1 >>> 7) | (w1 << 25)) ^ ((w1 >>> 18) | (w1 << 14)) ^ (w1 >>> 3);
        u = ((w14 >>> 17) | (w14 << 15)) ^ ((w14 >>> 19) | (w14 << 13)) ^ (w14 >>> 10);
        w0 = (w0 + w9 + t + u) | 0;
        t = ((w2 >>> 7) | (w2 << 25)) ^ ((w2 >>> 18) | (w2 << 14)) ^ (w2 >>> 3);
        u = ((w15 >>> 17) | (w15 << 15)) ^ ((w15 >>> 19) | (w15 << 13)) ^ (w15 >>> 10);
        w1 = (w1 + w10 + t + u) | 0;
        t = ((w3 >>> 7) | (w3 << 25)) ^ ((w3 >>> 18) | (w3 << 14)) ^ (w3 >>> 3);
        u = ((w0 >>> 17) | (w0 << 15)) ^ ((w0 >>> 19) | (w0 << 13)) ^ (w0 >>> 10);
        w2 = (w2 + w11 + t + u) | 0;
        t = ((w4 >>> 7) | (w4 << 25)) ^ ((w4 >>> 18) | (w4 << 14)) ^ (w4 >>> 3);
        u = ((w1 >>> 17) | (w1 << 15)) ^ ((w1 >>> 19) | (w1 << 13)) ^ (w1 >>> 10);
        w3 = (w3 + w12 + t + u) | 0;
        t = ((w5 >>> 7) | (w5 << 25)) ^ ((w5 >>> 18) | (w5 << 14)) ^ (w5 >>> 3);
        u = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
        w4 = (w4 + w13 + t + u) | 0;
        t = ((w6 >>> 7) | (w6 << 25)) ^ ((w6 >>> 18) | (w6 << 14)) ^ (w6 >>> 3);
        u = ((w3 >>> 17) | (w3 << 15)) ^ ((w3 >>> 19) | (w3 << 13)) ^ (w3 >>> 10);
        w5 = (w5 + w14 + t + u) | 0;
        t = ((w7 >>> 7) | (w7 << 25)) ^ ((w7 >>> 18) | (w7 << 14)) ^ (w7 >>> 3);
        u = ((w4 >>> 17) | (w4 << 15)) ^ ((w4 >>> 19) | (w4 << 13)) ^ (w4 >>> 10);
        w6 = (w6 + w15 + t + u) | 0;
        t = ((w8 >>> 7) | (w8 << 25)) ^ ((w8 >>> 18) | (w8 << 14)) ^ (w8 >>> 3);
        u = ((w5 >>> 17) | (w5 << 15)) ^ ((w5 >>> 19) | (w5 << 13)) ^ (w5 >>> 10);
        w7 = (w7 + w0 + t + u) | 0;
        t = ((w9 >>> 7) | (w9 << 25)) ^ ((w9 >>> 18) | (w9 << 14)) ^ (w9 >>> 3);
        u = ((w6 >>> 17) | (w6 << 15)) ^ ((w6 >>> 19) | (w6 << 13)) ^ (w6 >>> 10);
        w8 = (w8 + w1 + t + u) | 0;
        t = ((w10 >>> 7) | (w10 << 25)) ^ ((w10 >>> 18) | (w10 << 14)) ^ (w10 >>> 3);
        u = ((w7 >>> 17) | (w7 << 15)) ^ ((w7 >>> 19) | (w7 << 13)) ^ (w7 >>> 10);
        w9 = (w9 + w2 + t + u) | 0;
        t = ((w11 >>> 7) | (w11 << 25)) ^ ((w11 >>> 18) | (w11 << 14)) ^ (w11 >>> 3);
        u = ((w8 >>> 17) | (w8 << 15)) ^ ((w8 >>> 19) | (w8 << 13)) ^ (w8 >>> 10);
        w10 = (w10 + w3 + t + u) | 0;
        t = ((w12 >>> 7) | (w12 << 25)) ^ ((w12 >>> 18) | (w12 << 14)) ^ (w12 >>> 3);
        u = ((w9 >>> 17) | (w9 << 15)) ^ ((w9 >>> 19) | (w9 << 13)) ^ (w9 >>> 10);
        w11 = (w11 + w4 + t + u) | 0;
        t = ((w13 >>> 7) | (w13 << 25)) ^ ((w13 >>> 18) | (w13 << 14)) ^ (w13 >>> 3);
        u = ((w10 >>> 17) | (w10 << 15)) ^ ((w10 >>> 19) | (w10 << 13)) ^ (w10 >>> 10);
        w12 = (w12 + w5 + t + u) | 0;
        t = ((w14 >>> 7) | (w14 << 25)) ^ ((w14 >>> 18) | (w14 << 14)) ^ (w14 >>> 3);
        u = ((w11 >>> 17) | (w11 << 15)) ^ ((w11 >>> 19) | (w11 << 13)) ^ (w11 >>> 10);
        w13 = (w13 + w6 + t + u) | 0;
        t = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
        u = ((w12 >>> 17) | (w12 << 15)) ^ ((w12 >>> 19) | (w12 << 13)) ^ (w12 >>> 10);
        w14 = (w14 + w7 + t + u) | 0;
        t = ((w0 >>> 7) | (w0 << 25)) ^ ((w0 >>> 18) | (w0 << 14)) ^ (w0 >>> 3);
        u = ((w13 >>> 17) | (w13 << 15)) ^ ((w13 >>> 19) | (w13 << 13)) ^ (w13 >>> 10);
        w15 = (w15 + w8 + t + u) | 0;
      }

      s0 = (s0 + a) | 0;
      s1 = (s1 + b) | 0;
      s2 = (s2 + c) | 0;
      s3 = (s3 + d) | 0;
      s4 = (s4 + e) | 0;
      s5 = (s5 + f) | 0;
      s6 = (s6 + g) | 0;
      s7 = (s7 + h) | 0;
    }
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = s3;
    state[4] = s4;
    state[5] = s5;
    state[6] = s6;
    state[7] = s7;
  }

  protected write(out: Uint8Array, at: number): void {
    const view = new DataView(out.buffer, out.byteOffset + at, this.digestSize);
    for (let i = 0; i < this.digestSize / 4; i++) view.setInt32(4 * i, this.state[i]!);
  }
}

/** The SHA-256 of `bytes`. */
export const sha256 = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Sha256().update(bytes).digest();
