/** The entry `extcheck/content` without Node: digests are computed by the package's own implementations. */
export { type BmapCheckOptions, bmapCheck } from '../content/bmap/check';
export { writeManifest } from '../content/write-manifest';
export * from './content-common';
