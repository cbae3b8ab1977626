/** extcheck's public API on Node: all of index, and images from files. */
export * from './index';
export { fileSource } from './source/file';
export { type OpenImageOptions, openImageFile } from './source/gzip-file';
