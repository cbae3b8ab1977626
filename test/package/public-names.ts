/** What each entry of package.json exports, read from the sources with the compiler. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './packed';

/** The names that an entry exports. */
export interface EntryNames {
  values: string[];
  types: string[];
}

type Conditions = { browser?: { default: string }; default: { default: string } | string };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The source file of each entry, by the specifier that imports it. */
export function entryFiles(condition: 'default' | 'browser'): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [path, target] of Object.entries(manifest.exports as Record<string, Conditions | string>)) {
    if (typeof target === 'string') continue;
    const chosen = target[condition] ?? target.default;
    const script = typeof chosen === 'string' ? chosen : chosen.default;
    files[path.replace(/^\./, 'extcheck')] = script.replace('./dist/', 'src/entries/').replace(/\.js$/, '.ts');
  }
  return files;
}

let made: ts.Program | undefined;

/** A program over all entries. */
export function program(): ts.Program {
  if (made) return made;
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = [...Object.values(entryFiles('default')), ...Object.values(entryFiles('browser'))];
  made = ts.createProgram(
    [...new Set(files)].map((file) => join(root, file)),
    options,
  );
  return made;
}

/** The exports of a source file in the order of their names, each as what it stands for and not as an alias. */
export function exportsOf(file: string): { name: string; symbol: ts.Symbol }[] {
  const checker = program().getTypeChecker();
  const module = checker.getSymbolAtLocation(program().getSourceFile(join(root, file))!)!;
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({
      name: symbol.name,
      symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether an export exists at run time. */
export const isValue = (symbol: ts.Symbol): boolean => (symbol.flags & ts.SymbolFlags.Value) !== 0;

/** The names of all entries, by specifier. */
export function entryNames(condition: 'default' | 'browser'): Record<string, EntryNames> {
  const names: Record<string, EntryNames> = {};
  for (const [specifier, file] of Object.entries(entryFiles(condition))) {
    const all = exportsOf(file);
    names[specifier] = {
      values: all.filter(({ symbol }) => isValue(symbol)).map(({ name }) => name),
      types: all.filter(({ symbol }) => !isValue(symbol)).map(({ name }) => name),
    };
  }
  return names;
}
