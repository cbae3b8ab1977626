/** Fields of an inode as indexes of 32-bit words, for the few loops that read whole inode tables. */

// Literals, not computed from `inode`, so that the bundler can inline the numbers. test/layout/inode-words.test.ts
// compares them with `inode`.

/** Lower half: mode. */
export const modeWord = 0;
export const sizeWord = 1;
export const dtimeWord = 5;
/** Upper half: link count. */
export const linksWord = 6;
export const blocksWord = 7;
export const flagsWord = 8;
/** The first of the 15 words of `i_block`. */
export const blockWord = 10;
/** The single indirect pointer; the double and the triple indirect pointer follow. */
export const indirectWord = 22;
export const generationWord = 25;
export const xattrBlockWord = 26;
export const sizeHighWord = 27;
export const fragmentWord = 28;
/** Upper halves of the block count and of the attribute block's number. */
export const highHalvesWord = 29;
/** Lower half: lower half of the checksum. */
export const checksumWord = 31;
/** Words of an inode of 128 bytes; larger inodes have more. */
export const oldInodeWords = 32;
/** Lower half: bytes of extra fields; upper half: upper half of the checksum. */
export const extraWord = 32;
/** The upper parts of the three older times, one after the other. */
export const timesExtraWord = 33;
export const crtimeExtraWord = 37;
