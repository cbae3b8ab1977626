/** The CRC of POSIX cksum: polynomial 0x04C11DB7, high bits first, with the length appended. */

const table = new Uint32Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  table[i] = crc;
}

export class Cksum {
  private crc = 0;
  private length = 0;

  update(bytes: Uint8Array): void {
    let crc = this.crc;
    for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ table[((crc >>> 24) ^ bytes[i]!) & 0xff]!;
    this.crc = crc;
    this.length += bytes.length;
  }

  /** The checksum as an unsigned number. More bytes may follow. */
  digest(): number {
    let crc = this.crc;
    for (let rest = this.length; rest > 0; rest = Math.floor(rest / 256))
      crc = (crc << 8) ^ table[((crc >>> 24) ^ (rest % 256)) & 0xff]!;
    return ~crc >>> 0;
  }
}
