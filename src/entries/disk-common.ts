/** Exports of `extcheck/disk` in a browser and on Node. */
export type { Compression, Decompress } from '../container/decompress';
export { ContainerError, type ContainerErrorCode } from '../container/error';
export type { Disk, FoundFileSystem, OpenDiskOptions } from '../open-disk';
export type { ContainerNote, ContainerPart, ContainerStep, Content, ContentPart } from '../problem/container';
