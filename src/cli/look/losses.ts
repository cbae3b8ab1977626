/** What an extraction did, and what it did not. */
import { jsonText } from '../../report/json-text';
import { printable } from '../../report/printable';
import { counted, digits } from '../../report/words';

/** A path of the image that was not extracted, or not all of it. */
export interface Item {
  path: string;
  why: string;
  /** First of the bytes that are lost, if others were written, and how many. */
  at?: number;
  length?: number;
}

/** Items that are kept of each list; more are counted. */
const maxItems = 100_000;

/** A list with a bound. */
export class ItemList {
  readonly items: Item[] = [];
  count = 0;

  add(item: Item): void {
    this.count++;
    if (this.items.length < maxItems) this.items.push(item);
  }

  lines(heading: string): string[] {
    if (this.count === 0) return [];
    const more = this.count - this.items.length;
    return [
      `${heading} (${digits(this.count)}):`,
      ...this.items.map(({ path, why }) => `  ${printable(path)}: ${printable(why)}`),
      ...(more === 0 ? [] : [`  and ${digits(more)} more`]),
    ];
  }
}

export class Outcome {
  files = 0;
  directories = 0;
  links = 0;
  bytes = 0;
  readonly lost = new ItemList();
  /** What is never made, or only with an option. */
  readonly leftOut = new ItemList();

  text(folder: string): string {
    const made = [
      counted(this.files, 'file'),
      counted(this.directories, 'directory', 'directories'),
      ...(this.links === 0 ? [] : [counted(this.links, 'link')]),
    ];
    const first = `extracted ${made.join(', ')}, ${counted(this.bytes, 'byte')}, into ${printable(folder)}`;
    return `${[first, ...this.leftOut.lines('not made'), ...this.lost.lines('lost')].join('\n')}\n`;
  }

  json(folder: string): string {
    const { files, directories, links, bytes, lost, leftOut } = this;
    return jsonText({
      folder,
      files,
      directories,
      links,
      bytes,
      notMade: leftOut.items,
      notMadeCount: leftOut.count,
      lost: lost.items,
      lostCount: lost.count,
    });
  }
}
