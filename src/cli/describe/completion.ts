/** Completion scripts for bash, zsh and fish. */
import { type Option, withHelp } from '../options';
import type { ListedCommand } from './command';

type Commands = readonly ListedCommand[];

/** What can be completed after an option, or as an argument of a command. */
interface Candidates {
  words: readonly string[];
  files: boolean;
  folders: boolean;
}

const optionsOf = ({ options }: ListedCommand): [string, Option][] => Object.entries(withHelp(options));

const valuesOf = ({ placeholder = '', choices = [] }: Option): Candidates => ({
  words: choices,
  files: /FILE|IMAGE/.test(placeholder),
  folders: placeholder === 'DIR',
});

const operandsOf = ({ operand, words = [] }: ListedCommand): Candidates => ({
  words,
  files: operand === 'an image',
  folders: false,
});

/** The first part of a description, which fits on a line. */
const brief = ({ description }: Option): string => description.split(/[:;(]/, 1)[0]!.trim();

const spellings = (name: string, { short }: Option): string[] => (short ? [`-${short}`, `--${name}`] : [`--${name}`]);

const namesOf = (commands: Commands, separator: string): string => commands.map(({ name }) => name).join(separator);

/** A word of a POSIX shell in single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bash(commands: Commands): string {
  const rows = (command: ListedCommand) =>
    optionsOf(command).flatMap(([name, option]) => {
      if (option.placeholder === undefined) return [];
      const patterns = spellings(name, option).map((one) => quoted(`${command.name} ${one}`));
      return `    ${patterns.join('|')}) ${bashReply(valuesOf(option))}; return ;;`;
    });
  const fallback = (command: ListedCommand) => {
    const all = optionsOf(command).flatMap(([name, option]) => spellings(name, option));
    return [
      `    ${quoted(`${command.name} -`)}*) ${bashReply({ words: all, files: false, folders: false })} ;;`,
      `    ${quoted(`${command.name} `)}*) ${bashReply(operandsOf(command))} ;;`,
    ];
  };
  return `# bash completion for extcheck
_extcheck() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=check
  COMPREPLY=()
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
    ${namesOf(commands, '|')}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  case "$command $previous" in
${commands.flatMap(rows).join('\n')}
  esac
  case "$command $current" in
${commands.flatMap(fallback).join('\n')}
  esac
  if ((COMP_CWORD == 1)); then
    COMPREPLY+=($(compgen -W ${quoted(namesOf(commands, ' '))} -- "$current"))
  fi
}
complete -F _extcheck extcheck
`;
}

function bashReply({ words, files, folders }: Candidates): string {
  const kind = files ? '-f' : folders ? '-d' : '';
  const list = words.length === 0 ? '' : `-W ${quoted(words.join(' '))}`;
  const options = [kind, list].filter((one) => one !== '').join(' ');
  if (options === '') return ':';
  const reply = `mapfile -t COMPREPLY < <(compgen ${options} -- "$current")`;
  return kind === '' ? reply : `compopt -o filenames 2>/dev/null; ${reply}`;
}

function zsh(commands: Commands): string {
  const list = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map((command) => {
    const specs = optionsOf(command).flatMap(([name, option]) => zshOption(name, option));
    const { operand } = command;
    const operands = operand === undefined ? [] : [`*:${operand}:${zshAction(operandsOf(command))}`];
    const lines = [...specs, ...operands].map((spec) => ` \\\n      ${quoted(spec)}`);
    return `  ${command.name})\n    _arguments -s -S${lines.join('')} ;;`;
  });
  return `#compdef extcheck
# zsh completion for extcheck
_extcheck() {
  local command=check
  local -a commands=(
${list.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
  else
    case $words[2] in
    ${namesOf(commands, '|')}) command=$words[2]; shift words; ((CURRENT--)) ;;
    esac
  fi
  case $command in
${cases.join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _extcheck "$@"
else
  compdef _extcheck extcheck
fi
`;
}

function zshOption(name: string, option: Option): string[] {
  const { conflicts, placeholder, repeatable } = option;
  const all = spellings(name, option);
  const excluded = [...(repeatable ? [] : all), ...(conflicts === undefined ? [] : [`--${conflicts}`])];
  const before = `${excluded.length === 0 ? '' : `(${excluded.join(' ')})`}${repeatable ? '*' : ''}`;
  const value = placeholder === undefined ? '' : `:${placeholder}:${zshAction(valuesOf(option))}`;
  return all.map((one) => {
    const joined = placeholder === undefined ? '' : one.startsWith('--') ? '=' : '+';
    return `${before}${one}${joined}[${brief(option).replaceAll(']', '\\]')}]${value}`;
  });
}

function zshAction({ words, files, folders }: Candidates): string {
  const list = words.length === 0 ? '' : `(${words.join(' ')})`;
  if (files) return list === '' ? '_files' : `{_alternative "words\\:word\\:${list}" "files\\:file\\:_files"}`;
  return folders ? '_files -/' : list === '' ? ' ' : list;
}

function fish(commands: Commands): string {
  const lines = commands.flatMap((command) => {
    const using = `complete -c extcheck -n '__extcheck_uses ${command.name}'`;
    const { words, files } = operandsOf(command);
    return [
      `complete -c extcheck -n 'test (count (commandline -opc)) -eq 1' -a ${command.name} -d ${fishText(command.summary)}`,
      ...(files ? [] : [`${using} -f${words.length === 0 ? '' : ` -a ${fishText(words.join(' '))}`}`]),
      ...optionsOf(command).map(([name, option]) => {
        const short = option.short === undefined ? '' : ` -s ${option.short}`;
        return `${using} -l ${name}${short}${fishValue(option)} -d ${fishText(brief(option))}`;
      }),
    ];
  });
  return `# fish completion for extcheck
function __extcheck_uses
    set -l words (commandline -opc)
    set -l command check
    if test (count $words) -gt 1; and contains -- $words[2] ${namesOf(commands, ' ')}
        set command $words[2]
    end
    test $command = $argv[1]
end
${lines.join('\n')}
`;
}

function fishValue(option: Option): string {
  if (option.placeholder === undefined) return '';
  const { words, files, folders } = valuesOf(option);
  const list = folders ? '(__fish_complete_directories)' : words.join(' ');
  return `${files ? ' -r' : ' -x'}${list === '' ? '' : ` -a ${fishText(list)}`}`;
}

const fishText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

export const completionScripts: Readonly<Record<string, (commands: Commands) => string>> = { bash, zsh, fish };
