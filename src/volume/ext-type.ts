/** Which of ext2, ext3 and ext4 a file system is. */
import type { Geometry } from './geometry';

/** ext4 has extents or another feature of ext4; ext3 has a journal; ext2 has neither. */
export function extType({ features }: Geometry): 'ext2' | 'ext3' | 'ext4' {
  const { extent, flex_bg, huge_file, dir_nlink, extra_isize, metadata_csum, uninit_bg, inline_data, bigalloc } =
    features;
  if (
    extent ||
    flex_bg ||
    huge_file ||
    dir_nlink ||
    extra_isize ||
    metadata_csum ||
    uninit_bg ||
    inline_data ||
    bigalloc ||
    features['64bit']
  )
    return 'ext4';
  return features.has_journal ? 'ext3' : 'ext2';
}
