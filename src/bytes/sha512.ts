/** Incremental SHA-512 and SHA-384, with 64-bit words in halves of 32 bits — FIPS 180-4. */
import { K512, START384, START512 } from './sha-constants';
import { ShaStream } from './sha-stream';

/** The message schedule: upper half, lower half of each word. */
const W = new Int32Array(160);

export class Sha512 extends ShaStream {
  /** `digestSize` 48 makes it SHA-384. */
  constructor(digestSize: 64 | 48 = 64) {
    super(128, digestSize, digestSize === 48 ? START384 : START512);
  }

  protected compress(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = from; at < to; at += 128) {
      for (let i = 0; i < 32; i++) W[i] = view.getInt32(at + 4 * i);
      schedule();
      rounds(this.state);
    }
  }
}

/** Fills words 16 to 79. Sums of lower halves are exact numbers; what exceeds 32 bits is carried. */
function schedule(): void {
  for (let i = 32; i < 160; i += 2) {
    const xh = W[i - 30]!;
    const xl = W[i - 29]!;
    const yh = W[i - 4]!;
    const yl = W[i - 3]!;
    const sxh = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const sxl = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const syh = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const syl = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const low = (W[i - 31]! >>> 0) + (sxl >>> 0) + (W[i - 13]! >>> 0) + (syl >>> 0);
    W[i] = (W[i - 32]! + sxh + W[i - 14]! + syh + ((low / 2 ** 32) | 0)) | 0;
    W[i + 1] = low | 0;
  }
}

function rounds(state: Int32Array): void {
  let ah = state[0]!;
  let al = state[1]!;
  let bh = state[2]!;
  let bl = state[3]!;
  let ch = state[4]!;
  let cl = state[5]!;
  let dh = state[6]!;
  let dl = state[7]!;
  let eh = state[8]!;
  let el = state[9]!;
  let fh = state[10]!;
  let fl = state[11]!;
  let gh = state[12]!;
  let gl = state[13]!;
  let hh = state[14]!;
  let hl = state[15]!;
  for (let i = 0; i < 160; i += 2) {
    const mixEh = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const mixEl = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const choiceH = gh ^ (eh & (fh ^ gh));
    const choiceL = gl ^ (el & (fl ^ gl));
    const oneL = (hl >>> 0) + (mixEl >>> 0) + (choiceL >>> 0) + (K512[i + 1]! >>> 0) + (W[i + 1]! >>> 0);
    const oneH = (hh + mixEh + choiceH + K512[i]! + W[i]! + ((oneL / 2 ** 32) | 0)) | 0;
    const mixAh = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const mixAl = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const majorH = (ah & bh) | (ch & (ah | bh));
    const majorL = (al & bl) | (cl & (al | bl));
    const nextE = (dl >>> 0) + (oneL >>> 0);
    const nextA = (oneL >>> 0) + (mixAl >>> 0) + (majorL >>> 0);
    hh = gh;
    hl = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    eh = (dh + oneH + ((nextE / 2 ** 32) | 0)) | 0;
    el = nextE | 0;
    dh = ch;
    dl = cl;
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = (oneH + mixAh + majorH + ((nextA / 2 ** 32) | 0)) | 0;
    al = nextA | 0;
  }
  add(state, 0, ah, al);
  add(state, 2, bh, bl);
  add(state, 4, ch, cl);
  add(state, 6, dh, dl);
  add(state, 8, eh, el);
  add(state, 10, fh, fl);
  add(state, 12, gh, gl);
  add(state, 14, hh, hl);
}

function add(state: Int32Array, at: number, high: number, low: number): void {
  const sum = (state[at + 1]! >>> 0) + (low >>> 0);
  state[at] = (state[at]! + high + ((sum / 2 ** 32) | 0)) | 0;
  state[at + 1] = sum | 0;
}
