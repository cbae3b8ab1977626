/** The options of a command in words, the same in help, manual and reference. */
import { type Option, withHelp } from '../options';
import type { CommandDescription } from './command';

/** A label, such as `-q, --quiet` or `--format FORMAT`, and a text for each option. */
export function optionRows({ options, operand }: CommandDescription): [label: string, text: string][] {
  const rows = Object.entries(withHelp(options)).map(([name, option]): [string, string] => {
    const letter = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.placeholder === undefined ? '' : ` ${option.placeholder}`;
    return [`${letter}--${name}${value}`, detailsOf(option)];
  });
  return operand === undefined ? rows : [...rows, ['--', `everything after -- is ${operand}`]];
}

/** The description with choices that it does not mention, the default, and whether the option can be repeated. */
function detailsOf(option: Option): string {
  const { description, placeholder, choices = [], initial, repeatable } = option;
  const value = option.default ?? (placeholder === undefined || repeatable ? undefined : initial);
  const notes = [
    ...(choices.every((one) => description.includes(one)) ? [] : [choices.join(', ')]),
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(repeatable ? ['repeatable'] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}
