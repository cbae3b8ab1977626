/** An option in words, the same in help, manual and reference. */
import type { Option } from '../options';

/** `-q, --quiet` or `--format FORMAT`. */
export const labelOf = (name: string, { short, placeholder }: Option): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${placeholder === undefined ? '' : ` ${placeholder}`}`;

/** The description with choices that it does not mention, the default, and whether the option can be repeated. */
export function detailsOf(option: Option): string {
  const { description, placeholder, choices = [], initial, repeatable } = option;
  const value = option.default ?? (placeholder === undefined || repeatable ? undefined : initial);
  const notes = [
    ...(choices.every((one) => description.includes(one)) ? [] : [choices.join(', ')]),
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(repeatable ? ['repeatable'] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}
