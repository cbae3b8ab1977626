/** CRC-32 of long runs from the checksums of their pieces, without their bytes: the checksum of `crc32le`. */

/** The polynomial 1, of which the checksum of a piece is a multiple; bit 31 is the coefficient of x^0. */
const one = 0x80000000;
/** The polynomial x^8: one byte. */
const byte = 0x00800000;

/** The product of two polynomials, modulo that of the checksum. */
function times(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) !== 0 ? (shifted >>> 1) ^ 0xedb88320 : shifted >>> 1;
  }
  return product;
}

/** What a checksum is multiplied by when `length` bytes follow. */
function after(length: number): number {
  let power = byte;
  let result = one;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = times(result, power);
    power = times(power, power);
  }
  return result;
}

/** The checksum of bytes with the checksum `first`, followed by `length` bytes with the checksum `second`. */
export const crc32leJoined = (first: number, second: number, length: number): number =>
  (times(after(length), first) ^ second) >>> 0;

/** The checksum of `count` copies of `length` bytes with the checksum `crc`. */
export function crc32leRepeated(crc: number, length: number, count: number): number {
  let result = 0;
  let [power, powerLength] = [crc, length];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = crc32leJoined(result, power, powerLength);
    power = crc32leJoined(power, power, powerLength);
    powerLength *= 2;
  }
  return result;
}
