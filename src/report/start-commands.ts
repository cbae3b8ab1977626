/** What to do with a file of each kind that is not an ext file system: the commands, by the name of the kind. */

/** Advice on a kind of file. */
export interface KindAdvice {
  /** A sentence that ends with a colon if commands follow. */
  say: string;
  /** Shell commands; `file` is a word of the shell. */
  run?: (file: string) => string[];
  /** What to check afterwards. */
  next?: string;
  /** The commands write into the current folder. */
  copies?: true;
}

const toRaw = (command: (file: string) => string): KindAdvice[] => [
  { say: 'Make a raw image, and use that:', run: (file) => [command(file)], next: 'raw.img', copies: true },
];
const disk = toRaw((file) => `qemu-img convert -O raw ${file} raw.img`);

/** How to see what is in an archive, and how to extract it. */
const archive = (list: string, extract: (file: string) => string[]): KindAdvice[] => [
  { say: 'See what is in it:', run: (file) => [`${list} ${file}`] },
  { say: 'If an image is in it, extract it, and check that:', run: extract, copies: true },
];
const into = (command: (file: string) => string) => (file: string) => [
  'mkdir -p extracted',
  command(file),
  'ls -l extracted',
];

/** A file system that is checked by its own program. */
const ownCheck = (command: string): KindAdvice[] => [
  {
    say: 'extcheck checks only ext2, ext3 and ext4. See what the tool for this file system finds:',
    run: (file) => [`${command} ${file}`],
  },
];
const ownFacts = (command: string): KindAdvice[] => [
  { say: 'extcheck checks only ext2, ext3 and ext4. See what this is:', run: (file) => [`${command} ${file}`] },
];

/** Opens an encrypted volume under a name that is unlikely to be in use. */
const unlock = (type: string): KindAdvice[] => [
  {
    say: 'Open the volume for reading, check the device that this makes, and close it:',
    run: (file) => [`cryptsetup open --readonly${type} ${file} extcheck-opened`],
    next: '/dev/mapper/extcheck-opened',
  },
  { say: 'When the check is done:', run: () => ['cryptsetup close extcheck-opened'] },
];

/** A file as a block device. */
const attach = 'losetup --find --show --read-only';

const boot = (option: string): KindAdvice[] => [
  {
    say: 'It holds a kernel and an initramfs, not a root file system: check the image of system, vendor or super instead. See what is in it:',
    run: (file) => [`unpack_bootimg ${option} ${file} --out extracted`],
    copies: true,
  },
];

const text = (say: string): KindAdvice[] => [{ say, run: (file) => [`head -c 1000 ${file}`] }];
const errorPage = text(
  'It was probably saved instead of the image by a download that failed. Read it, and download the image again:',
);

const hashes: KindAdvice[] = [
  {
    say: 'It holds only hashes of another image: check that image instead. See what they are of:',
    run: (file) => [`veritysetup dump ${file}`],
  },
];

export const startAdvice: Readonly<Record<string, readonly KindAdvice[]>> = {
  QCOW2: disk,
  VMDK: disk,
  'VMDK description': disk,
  VHD: disk,
  VHDX: disk,
  VDI: disk,
  QED: disk,
  Parallels: disk,
  'Android sparse': toRaw((file) => `simg2img ${file} raw.img`),
  gzip: toRaw((file) => `gzip -dc ${file} > raw.img`),
  xz: toRaw((file) => `xz -dc ${file} > raw.img`),
  lzma: toRaw((file) => `xz --format=lzma -dc ${file} > raw.img`),
  zstd: toRaw((file) => `zstd -dc ${file} > raw.img`),
  lz4: toRaw((file) => `lz4 -dc ${file} > raw.img`),
  lzop: toRaw((file) => `lzop -dc ${file} > raw.img`),
  bzip2: toRaw((file) => `bzip2 -dc ${file} > raw.img`),

  e2image: [{ say: 'This file cannot be checked. Make one with all metadata instead: e2image -r DEVICE FILE.' }],
  LUKS: unlock(''),
  BitLocker: unlock(' --type bitlk'),
  LVM: [
    {
      say: 'Attach the file, activate the volume group, list its logical volumes, and check those:',
      run: (file) => [`${attach} ${file}`, 'vgchange --activate y', 'lvs --options lv_path,lv_size'],
    },
  ],
  md: [
    { say: 'See which RAID it belongs to:', run: (file) => [`mdadm --examine ${file}`] },
    {
      say: 'Attach the file, and assemble the RAID for reading, with the other members in place; check the device that this makes:',
      run: (file) => [`mdadm --assemble --readonly --run /dev/md/extcheck "$(${attach} ${file})"`],
      next: '/dev/md/extcheck',
    },
  ],
  bcache: [
    {
      say: 'Attach it together with its cache, and check the device bcache0. See what it is:',
      run: (file) => [`bcache-super-show ${file}`],
    },
  ],
  'Android super': [
    {
      say: 'Extract the partitions in it, and check those:',
      run: (file) => ['mkdir -p extracted', `lpunpack ${file} extracted`, 'ls -l extracted'],
      copies: true,
    },
  ],
  UBI: [
    {
      say: 'It is a copy of raw flash memory. Extract the volumes in it, and check those:',
      run: (file) => [`ubireader_extract_images -o extracted ${file}`],
      copies: true,
    },
  ],
  'AVB vbmeta': [
    {
      say: 'It holds only signatures and hashes of other images: check those instead. See which they are:',
      run: (file) => [`avbtool info_image --image ${file}`],
    },
  ],
  'dm-verity': hashes,

  zip: archive(
    'unzip -l',
    into((file) => `unzip -n -d extracted ${file}`),
  ),
  tar: archive(
    'tar -tf',
    into((file) => `tar -xf ${file} -C extracted`),
  ),
  '7z': archive(
    '7z l',
    into((file) => `7z x -oextracted ${file}`),
  ),
  rar: archive(
    'bsdtar -tf',
    into((file) => `bsdtar -xf ${file} -C extracted`),
  ),
  WIM: archive('wiminfo', (file) => [`wimapply ${file} 1 extracted`]),
  cpio: [
    {
      say: 'It is probably an initramfs, not the image of the root file system. See what is in it:',
      run: (file) => [`cpio -t < ${file}`],
    },
  ],
  'Debian package': [{ say: 'It is a package, not an image. See what is in it:', run: (file) => [`ar t ${file}`] }],
  RPM: [{ say: 'It is a package, not an image. See what is in it:', run: (file) => [`rpm -qpl ${file}`] }],
  'Android boot': boot('--boot_img'),
  'Android vendor boot': boot('--boot_img'),
  'Android payload': [
    {
      say: 'It is the payload of an update. Extract the images in it, and check those:',
      run: (file) => [`payload-dumper-go -o extracted ${file}`, 'ls -l extracted'],
      copies: true,
    },
  ],
  'U-Boot': [{ say: 'It is made to be loaded by U-Boot. See what is in it:', run: (file) => [`dumpimage -l ${file}`] }],
  'device tree': [
    {
      say: 'It is a device tree, or a boot image in that form. See what is in it:',
      run: (file) => [`dumpimage -l ${file}`],
    },
  ],
  ELF: [
    { say: 'It is a program, a library or a kernel, not an image. See what it is:', run: (file) => [`file ${file}`] },
  ],
  'Linux kernel': [
    { say: 'It is a kernel, not the image of a root file system. See which one:', run: (file) => [`file ${file}`] },
  ],

  squashfs: [
    {
      say: 'extcheck checks only ext2, ext3 and ext4. See whether it can be read, and what is in it:',
      run: (file) => [`unsquashfs -l ${file}`],
    },
    {
      say: 'If an image such as LiveOS/rootfs.img is in it, extract it, and check that:',
      run: (file) => [`unsquashfs -d extracted ${file}`],
      copies: true,
    },
  ],
  'ISO 9660': [
    { say: 'See what is in it:', run: (file) => [`bsdtar -tf ${file}`] },
    {
      say: 'If an image or a squashfs is in it, extract it, and check that:',
      run: (file) => ['mkdir -p extracted', `bsdtar -xf ${file} -C extracted`],
      copies: true,
    },
  ],
  XFS: ownCheck('xfs_repair -n'),
  btrfs: ownCheck('btrfs check --readonly'),
  bcachefs: ownCheck('bcachefs fsck -n'),
  EROFS: ownCheck('fsck.erofs'),
  F2FS: ownCheck('fsck.f2fs --dry-run'),
  swap: [{ say: 'It is swap space: it holds no files. See its label:', run: (file) => [`swaplabel ${file}`] }],
  NTFS: ownCheck('ntfsfix --no-action'),
  exFAT: ownCheck('fsck.exfat -n'),
  FAT: ownCheck('fsck.fat -n'),
  ZFS: ownFacts('zdb -l'),
  ReiserFS: ownCheck('reiserfsck --check --yes'),
  Reiser4: ownCheck('fsck.reiser4 --check --yes'),
  JFS: ownCheck('fsck.jfs -n'),
  NILFS2: ownFacts('nilfs-tune -l'),
  OCFS2: ownCheck('fsck.ocfs2 -n'),
  GFS2: ownCheck('fsck.gfs2 -n'),
  APFS: ownCheck('apfsck'),
  'HFS+': ownCheck('fsck.hfsplus -n'),
  minix: ownCheck('fsck.minix'),
  cramfs: ownCheck('fsck.cramfs'),
  romfs: ownFacts('file'),
  JFFS2: ownFacts('file'),
  UBIFS: ownFacts('file'),

  HTML: errorPage,
  XML: errorPage,
  JSON: errorPage,
  text: text('It is not an image. Read it, and name the image instead:'),
};

/** The command that fetches what a Git LFS pointer is for; it works only inside the clone. */
export function lfsAdvice(file: string, word: (text: string) => string): KindAdvice {
  const slash = file.lastIndexOf('/');
  const folder = slash < 0 ? '' : ` -C ${word(slash === 0 ? '/' : file.slice(0, slash))}`;
  const say = 'It stands for the image, which Git LFS has not fetched. Fetch it, and check it then:';
  return { say, run: () => [`git${folder} lfs pull`] };
}
