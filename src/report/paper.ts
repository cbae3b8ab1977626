/** What the sections of the text report are written on: width, colours, and the lines they share. */
import type { Catalogue } from '../problem/define';

import type { Style } from './style';
import { digits } from './words';
import { wrap } from './wrap';

const labelWidth = 12;

export class Paper {
  constructor(
    /** Columns that no line goes beyond, unless a single word does. */
    readonly width: number,
    readonly verbose: boolean,
    readonly style: Style,
    readonly catalogue: Catalogue,
  ) {}

  heading(text: string): string {
    return this.style.bold(text);
  }

  /** A label in a column of its own and text that keeps its line: for paths, which must stay in one piece. */
  row(label: string, text: string): string {
    return `  ${label.padEnd(labelWidth)} ${text}`;
  }

  /** A label in a column of its own and a sentence that is wrapped beside it. */
  field(label: string, text: string): string[] {
    return this.wrapped(text, `  ${label.padEnd(labelWidth)} `, ' '.repeat(labelWidth + 3));
  }

  wrapped(text: string, first: string, rest = first): string[] {
    return wrap(text, this.width, first, rest);
  }

  /** What the labels of a list mean, as one paragraph below it. */
  legend(terms: readonly (readonly [term: string, meaning: string])[]): string[] {
    if (terms.length === 0) return [];
    const text = terms.map(([term, meaning]) => `${term} = ${meaning}`).join('; ');
    return this.wrapped(`(${text})`, '  ').map(this.style.dim);
  }

  /** The end of a folded list; nothing when nothing was left out. `bounded`: the report itself does not hold all of it. */
  more(left: number, bounded: boolean, indent = '  '): string[] {
    if (left <= 0) return [];
    const all = this.verbose ? '' : '--verbose shows all, --format json has every one';
    const hint = bounded ? '--max-findings N keeps more' : all;
    return this.wrapped(`… and ${digits(left)} more${hint === '' ? '' : ` (${hint})`}`, indent, `${indent}  `).map(
      this.style.dim,
    );
  }
}
