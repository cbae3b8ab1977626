/** Takes apart the name of an image in a report: `disk.img?offset=1048576`, `disk.qcow2?partition=3&inside=/a.img`. */

export interface ImagePlace {
  file: string;
  /** The byte of the file, or of what it unpacks to, at which the image or what holds it starts. */
  offset: number;
  /** Whether the image is only a part of the file. */
  isPart: boolean;
}

export function imagePlace(image = 'IMAGE'): ImagePlace {
  const found = /^(.+)\?((?:offset|partition|inside)=[^?]*)$/s.exec(image);
  if (found === null) return { file: image, offset: 0, isPart: false };
  const offset = /^offset=(\d+)(?:&|$)/.exec(found[2]!);
  return { file: found[1]!, offset: Number(offset?.[1] ?? 0), isPart: true };
}
