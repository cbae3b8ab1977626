/** Directory hashes as debugfs 1.47.0 (`dx_hash -h VERSION -s SEED NAME`) gives them. */

/** The seed of the vectors that have one, as debugfs takes it; its bytes in order are the field on disk. */
export const vectorSeed = '8d2f6a10-93c4-4be7-a1f0-5c7e39d2b486';

/**
 * `length` bytes without NUL, newline, blank or quote. Every byte is below 0x80, or with `high` two of three are above,
 * so that signed and unsigned hashes differ.
 */
export function vectorName(length: number, high: boolean): Uint8Array {
  const name = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    name[i] = high && i % 3 !== 1 ? 0x80 + ((i * 29 + length * 11) % 128) : 0x61 + ((i * 7 + length * 13) % 26);
  }
  return name;
}

export interface HashVector {
  length: number;
  high: boolean;
  seeded: boolean;
  /** By version, 0 to 5. */
  hashes: number[];
}

// Lengths near the 4-byte words, the 16-byte blocks of TEA and the 32-byte blocks of half MD4.
const table = `
1 low plain e7e5c8c8 8fb89a42 943605ca e7e5c8c8 8fb89a42 943605ca
1 low seeded e7e5c8c8 1e35ffc8 d689d62a e7e5c8c8 1e35ffc8 d689d62a
1 high plain 28d1c246 d2e909ce cb7cddf0 c31bdc46 ff4e9d7e 900108d8
1 high seeded 28d1c246 b91da516 f3a4a1e0 c31bdc46 e383b6a2 8268d264
2 low plain e52f314c 8c632832 359eefb6 e52f314c 8c632832 359eefb6
2 low seeded e52f314c 1a689b02 ed7bb85a e52f314c 1a689b02 ed7bb85a
2 high plain cde4a084 b144ef52 d8dc2e98 b69eb682 5c18186a 6610edae
2 high seeded cde4a084 02fd1a68 4ff12cf0 b69eb682 b4b14ba2 edd43c9a
3 low plain e2c8bcca 5cea81b8 bfd9e948 e2c8bcca 5cea81b8 bfd9e948
3 low seeded e2c8bcca 1dcfe7ba 9d77f078 e2c8bcca 1dcfe7ba 9d77f078
3 high plain 59759b42 8826cbce bca82694 42b3c542 b636198a 6f9c0aa4
3 high seeded 59759b42 cce8ae44 967007fa 42b3c542 bae68c68 a9164ba2
4 low plain ab79be10 a71adc28 c56521e6 ab79be10 a71adc28 c56521e6
4 low seeded ab79be10 5a169e5a 6734a83e ab79be10 5a169e5a 6734a83e
4 high plain af417fe6 1744cb12 71d0962a 8d2b41ee 40111d6c 7d7a15bc
4 high seeded af417fe6 71715802 ace7be86 8d2b41ee c60b38f8 cb384204
5 low plain 1e8d8e72 ca5434ea a62501f8 1e8d8e72 ca5434ea a62501f8
5 low seeded 1e8d8e72 6df1f708 f8872024 1e8d8e72 6df1f708 f8872024
5 high plain df660286 81e40bba 6cf78dee 35f17a70 68adc2b2 98885e56
5 high seeded df660286 23044502 b78bc278 35f17a70 d3a91956 9d14cdd0
7 low plain d4830484 55bf76c0 a1d378d8 d4830484 55bf76c0 a1d378d8
7 low seeded d4830484 04c07d6c 10bdc1fc d4830484 04c07d6c 10bdc1fc
7 high plain 9104a508 e75204d6 d337fee4 728892be 49ad066a 6d982832
7 high seeded 9104a508 ce33e270 ca3f3f9a 728892be 71ab7dde d2a1ea6a
8 low plain b61185f2 05e8fff2 1059cbb0 b61185f2 05e8fff2 1059cbb0
8 low seeded b61185f2 5ca8d21a 4b034fc6 b61185f2 5ca8d21a 4b034fc6
8 high plain 14d9bd7e af31b69a f61c09ae 015acf96 4e00b4da 0eb2f4fc
8 high seeded 14d9bd7e 3d00be9e 24d33c9a 015acf96 ee8c8712 68d11ff6
11 low plain 8bae7306 62e9c2e6 6cf954ea 8bae7306 62e9c2e6 6cf954ea
11 low seeded 8bae7306 05f5fa66 be84b930 8bae7306 05f5fa66 be84b930
11 high plain eec69a16 68581452 d4915fc4 f336e03c fb89c3fa 2c02cee6
11 high seeded eec69a16 6fa29684 1f2f9566 f336e03c 61cee3aa 3a7383a2
15 low plain 9e20acb4 13bdfaa8 9e367ea8 9e20acb4 13bdfaa8 9e367ea8
15 low seeded 9e20acb4 a0bdff78 2ad29ba0 9e20acb4 a0bdff78 2ad29ba0
15 high plain 5dd660bc 445955ae a00e6a92 d15743ec d72b0cfa 727a42ea
15 high seeded 5dd660bc 20b85860 fd3d331e d15743ec a790edec 84c4e6da
16 low plain 9309dc80 432c2374 62f58c0e 9309dc80 432c2374 62f58c0e
16 low seeded 9309dc80 4f07fd76 233bf762 9309dc80 4f07fd76 233bf762
16 high plain bb5ab6a6 f818fe92 6b8a17a6 53049b5e 0f5e727e 0da84ba6
16 high seeded bb5ab6a6 1bd345d8 c77fa4f6 53049b5e d4b4f4de 73d7dbfa
17 low plain 33840c88 c1630108 4fceffe8 33840c88 c1630108 4fceffe8
17 low seeded 33840c88 d76e6b36 0c82db0c 33840c88 d76e6b36 0c82db0c
17 high plain 4eb73718 e1592ffc ae3b01fa c118f776 1a1f54b2 d3a36d48
17 high seeded 4eb73718 271e5080 d4f3d0d2 c118f776 7ce3c822 d052b8a2
24 low plain 9053bc44 1856972a 6df31a9a 9053bc44 1856972a 6df31a9a
24 low seeded 9053bc44 f5649bf6 74c6be1c 9053bc44 f5649bf6 74c6be1c
24 high plain d00ff72e 75937c26 b899ab0a 3b0aa4ba 74d390f0 956c190c
24 high seeded d00ff72e f6d68154 590d03e0 3b0aa4ba 2039f23a 3522f1a6
31 low plain 9d7fe890 726ce718 da3b2b1a 9d7fe890 726ce718 da3b2b1a
31 low seeded 9d7fe890 14b7666c ce3b2172 9d7fe890 14b7666c ce3b2172
31 high plain 6ba22008 2e854db8 858ce86a bcf3245a 82c2b9f0 937dbd44
31 high seeded 6ba22008 cbe7f32e e455f882 bcf3245a 65f3e782 052ffd94
32 low plain 37aaf1f8 963a224c a13493f4 37aaf1f8 963a224c a13493f4
32 low seeded 37aaf1f8 bb12e750 47ef97f0 37aaf1f8 bb12e750 47ef97f0
32 high plain c28e3954 4ab9bc86 82c81d6e 5c8e5c88 af883c18 8e1253d2
32 high seeded c28e3954 f3cb5922 39bd19d6 5c8e5c88 dda68ce4 c43769c0
33 low plain a2732736 1f8f24cc e0102b2c a2732736 1f8f24cc e0102b2c
33 low seeded a2732736 b5b3f0b6 675b8370 a2732736 b5b3f0b6 675b8370
33 high plain 27b5d2fe 49dcae4e 5d3ff302 fb262b8c dcee97d0 d851092a
33 high seeded 27b5d2fe 7d8f9154 3b845c36 fb262b8c a123ed2a 44934446
48 low plain e2abe0ac 3d4fbad0 fbc8445c e2abe0ac 3d4fbad0 fbc8445c
48 low seeded e2abe0ac df63f880 e5ce7650 e2abe0ac df63f880 e5ce7650
48 high plain de87c08e 50fcc65c 861fd9fe fa133ae4 2d53d5ee 402543a2
48 high seeded de87c08e ccc5601c aa635128 fa133ae4 39a3a936 cac2ea5c
63 low plain c21b3940 4ce72b80 939f9624 c21b3940 4ce72b80 939f9624
63 low seeded c21b3940 8712bc44 c22a063a c21b3940 8712bc44 c22a063a
63 high plain 075b81d0 6e7353a2 4fcd8a12 9d66fcb2 61387bf6 01b069cc
63 high seeded 075b81d0 5108bc8e 08e614aa 9d66fcb2 786eb906 1665938c
64 low plain 32b1c46e 3fbba70e f8550182 32b1c46e 3fbba70e f8550182
64 low seeded 32b1c46e 81a41158 432930e8 32b1c46e 81a41158 432930e8
64 high plain e80efb50 69ac90c4 48423ec8 0013ab7c 1495b82e 0c3a789a
64 high seeded e80efb50 5a2356e0 cd165f58 0013ab7c 8ccfcaa8 215d6b7a
65 low plain 3cdd02f8 eb279cf2 f8dd7ac8 3cdd02f8 eb279cf2 f8dd7ac8
65 low seeded 3cdd02f8 89f38f56 effa8020 3cdd02f8 89f38f56 effa8020
65 high plain e123c7e6 3c997c00 a842fa64 2d74b3ba fe60bec0 283bd448
65 high seeded e123c7e6 3c0190f2 53ae9674 2d74b3ba 26b8aa06 a27dbfb4
100 low plain 4be64578 1a8289f2 35b11442 4be64578 1a8289f2 35b11442
100 low seeded 4be64578 e1690bde 7f0042f2 4be64578 e1690bde 7f0042f2
100 high plain 187fdaf8 75b28508 7243a208 68c4d8f0 a12d4a1a b5727726
100 high seeded 187fdaf8 5add88c8 1d8add32 68c4d8f0 b2bdf99e 0e3b21aa
127 low plain 6efc27dc 144889d6 1c92d118 6efc27dc 144889d6 1c92d118
127 low seeded 6efc27dc 2acc3d2e e3fae988 6efc27dc 2acc3d2e e3fae988
127 high plain 857d96c8 13470f4a d795707a 32a7f06a e278863c 843a8114
127 high seeded 857d96c8 d5e41e46 47c3b364 32a7f06a 74e13264 12c3c526
128 low plain 7a5987bc c297e456 1d57fa86 7a5987bc c297e456 1d57fa86
128 low seeded 7a5987bc ed91ddce 7972cbba 7a5987bc ed91ddce 7972cbba
128 high plain 8ef79c04 2795594c 5ef19c82 deed6f98 869ee6d8 b0186528
128 high seeded 8ef79c04 62dc8d7e 43302cc6 deed6f98 6ef6fadc dc05896a
129 low plain 10699812 b5499e62 83274222 10699812 b5499e62 83274222
129 low seeded 10699812 eb7a45fc 395006ee 10699812 eb7a45fc 395006ee
129 high plain b5503720 164a438c 08c35b80 fde52d18 bcb67af6 2c88f132
129 high seeded b5503720 2dea88ea 8bd4765a fde52d18 d9069912 15f0840e
200 low plain d2527b7a 3f6ed436 8474df76 d2527b7a 3f6ed436 8474df76
200 low seeded d2527b7a b8cc48a8 61027d4e d2527b7a b8cc48a8 61027d4e
200 high plain ba79c152 de32d336 8559d144 63c2fd28 2f15ac06 5418aba6
200 high seeded ba79c152 5f8d9f00 68591cc6 63c2fd28 c33e6ffa 2644f71a
254 low plain 741c1486 31dc371c 7203f11c 741c1486 31dc371c 7203f11c
254 low seeded 741c1486 ac07c9f0 703775d0 741c1486 ac07c9f0 703775d0
254 high plain 089c8e22 ec3f51c2 0838bb28 d896a176 44aefa9a 5991f480
254 high seeded 089c8e22 788ca9e0 ab8adb42 d896a176 c1ee8260 46fc0b02
255 low plain 2efb147e 3210d18a 63198502 2efb147e 3210d18a 63198502
255 low seeded 2efb147e c6b6650c d4d4be56 2efb147e c6b6650c d4d4be56
255 high plain 07e207cc 62a9a96e a3e9e9de 2588154c ca80661a 83f33f16
255 high seeded 07e207cc a7574ace 0f766402 2588154c c6983e70 c9a3f27a
`;

export const vectors: HashVector[] = table
  .trim()
  .split('\n')
  .map((row) => {
    const [length, bytes, seed, ...hashes] = row.split(' ');
    return {
      length: Number(length),
      high: bytes === 'high',
      seeded: seed === 'seeded',
      hashes: hashes.map((hash) => Number.parseInt(hash, 16)),
    };
  });
