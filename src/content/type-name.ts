/** Names of file types for messages. */
import type { FileType } from '../view/stat';

const names: Readonly<Record<FileType, string>> = {
  file: 'regular file',
  directory: 'directory',
  'character-device': 'character device',
  'block-device': 'block device',
  fifo: 'pipe',
  socket: 'socket',
  symlink: 'symlink',
  unknown: 'file of an unknown type',
};

export const typeName = (type: FileType): string => names[type];
