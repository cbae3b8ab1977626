/** The built-in profiles, as the JSON that a user could write. */
import { type Profile, parseProfile } from './profile';

const imageLabels = ['COS_ACTIVE', 'COS_PASSIVE', 'COS_SYSTEM', 'COS_RECOVERY'];
const loadVariables = [
  { do: 'kernel', path: '$kernel' },
  { do: 'initramfs', path: '$initramfs' },
];

/** By name. Plain data that `parseProfile` turns into profiles. */
export const profileData = {
  elemental: {
    name: 'elemental',
    title: 'image of Elemental, booted by GRUB from a loop device',
    labels: [...imageLabels, 'EL_SNAP*'],
    bootLoader: 'grub',
    steps: [
      // the second path is for Elemental 2
      { do: 'source', file: ['/etc/cos/bootargs.cfg', '/etc/elemental/bootargs.cfg'] },
      ...loadVariables,
    ],
  },
  harvester: {
    name: 'harvester',
    title: 'image of Harvester, booted by GRUB from a loop device',
    labels: imageLabels,
    bootLoader: 'grub',
    steps: [{ do: 'source', file: '/etc/cos/bootargs.cfg' }, ...loadVariables],
    required: ['/etc/cos/grub.cfg', '/etc/harvester-release.yaml'],
  },
  kairos: {
    name: 'kairos',
    title: 'image of Kairos, booted by GRUB from a loop device',
    labels: imageLabels,
    bootLoader: 'grub',
    // set by the grub.cfg of the state partition, which the image may override
    variables: { kernel: '/boot/vmlinuz', initramfs: '/boot/initrd' },
    steps: [{ do: 'source', file: '/etc/cos/bootargs.cfg' }, ...loadVariables],
  },
  'generic-linux': {
    name: 'generic-linux',
    title: 'root file system with its own boot menu or kernel',
    bootLoader: 'grub',
    steps: [{ do: 'entries' }],
  },
} as const;

/** The name of a profile that is part of extcheck. */
export type ProfileName = keyof typeof profileData;
/** The names of all profiles that are part of extcheck. */
export const profileNames = Object.keys(profileData) as ProfileName[];

export const builtInProfile = (name: ProfileName): Profile => parseProfile(profileData[name]);

export const isProfileName = (word: string): word is ProfileName => Object.hasOwn(profileData, word);
