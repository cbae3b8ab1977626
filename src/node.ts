/** extcheck's public API on Node: all of index, and images from files. */
export { nodeDigests } from './hashing/node-digests';
export * from './index';
export { stateOfFolder } from './native/folder-state';
export { inflateRaw } from './native/inflate';
export { checkImage } from './node-check';
export { fileSource } from './source/file';
export { type OpenImageOptions, openImageFile } from './source/gzip-file';
