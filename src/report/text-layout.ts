/** Lays out the lines of the text report: width, colours, labels, lists. */
import type { Catalogue } from '../problem/define';

import type { Style } from './style';
import { digits } from './words';
import { wrap } from './wrap';

const labelWidth = 12;

export class TextLayout {
  constructor(
    /** Maximum columns of a line; only a single long word exceeds it. */
    readonly width: number,
    readonly verbose: boolean,
    readonly style: Style,
    readonly catalogue: Catalogue,
  ) {}

  heading(text: string): string {
    return this.style.bold(text);
  }

  /** A label column and a text that is not wrapped: for paths. */
  row(label: string, text: string): string {
    return `  ${label.padEnd(labelWidth)} ${text}`;
  }

  /** A label column and a wrapped sentence. */
  field(label: string, text: string): string[] {
    return this.wrapped(text, `  ${label.padEnd(labelWidth)} `, ' '.repeat(labelWidth + 3));
  }

  wrapped(text: string, first: string, rest = first): string[] {
    return wrap(text, this.width, first, rest);
  }

  /** The meaning of the labels of a list, as one paragraph. */
  legend(terms: readonly (readonly [term: string, meaning: string])[]): string[] {
    if (terms.length === 0) return [];
    const text = terms.map(([term, meaning]) => `${term} = ${meaning}`).join('; ');
    return this.wrapped(`(${text})`, '  ').map(this.style.dim);
  }

  /** The end of a shortened list; empty if it is complete. `bounded`: the report itself does not have all items. */
  more(left: number, bounded: boolean, indent = '  '): string[] {
    if (left <= 0) return [];
    const all = this.verbose ? '' : '--verbose or --format json shows all';
    const hint = bounded ? '--max-findings N keeps more' : all;
    return this.wrapped(`… and ${digits(left)} more${hint === '' ? '' : ` (${hint})`}`, indent, `${indent}  `).map(
      this.style.dim,
    );
  }
}
