/** The extensions of a qcow2 header: names of formats, files and features. */
import { be32, u8 } from '../../bytes/field';
import { damaged } from '../error';

export interface Extensions {
  backingFormat: string | null;
  dataFile: string | null;
  /** Names of incompatible features, by bit. */
  features: Map<number, string>;
}

const types = { end: 0, backingFormat: 0xe2792aca, dataFile: 0x44415441, features: 0x6803f857 };

const typeOf = be32(0);
const lengthOf = be32(4);
const headBytes = 8;

const featureKind = u8(0);
const featureBit = u8(1);
const featureBytes = 48;
const incompatible = 0;

/** Text in the header without the zeros that may pad it. */
export function textAt(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The extensions from byte `from` of the first cluster, before byte `end`. @throws ContainerError */
export function readExtensions(view: DataView, from: number, end: number): Extensions {
  const found: Extensions = { backingFormat: null, dataFile: null, features: new Map() };
  let at = from;
  while (at + headBytes <= end) {
    const type = typeOf(view, at);
    const length = lengthOf(view, at);
    if (type === types.end) break;
    const start = at + headBytes;
    if (length > end - start)
      throw damaged(
        `the header extension 0x${type.toString(16)} at byte ${at} has ${length} bytes, but only ${end - start} follow`,
      );
    if (type === types.backingFormat) found.backingFormat = textAt(view, start, length);
    if (type === types.dataFile) found.dataFile = textAt(view, start, length);
    if (type === types.features) addFeatures(found.features, view, start, length);
    at = start + Math.ceil(length / 8) * 8;
  }
  return found;
}

function addFeatures(features: Map<number, string>, view: DataView, from: number, length: number): void {
  for (let at = from; at + featureBytes <= from + length; at += featureBytes)
    if (featureKind(view, at) === incompatible)
      features.set(featureBit(view, at), textAt(view, at + 2, featureBytes - 2));
}
