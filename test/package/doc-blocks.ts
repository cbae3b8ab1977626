/** The fenced code blocks of README.md and docs, and what a program in a folder of its own needs to run them. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeDisks } from '../support/doc-disks';
import { fixtureBytes } from '../support/fixtures';
import { root, writeFiles } from './packed';

export interface Block {
  /** Such as `docs/boot.md:99`, the line of the fence. */
  at: string;
  page: string;
  language: string;
  code: string;
  /** The block goes on where the one before it on the page ends: `<!-- continues -->` is on the line above its fence. */
  continues: boolean;
}

export const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** All blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^(<!-- continues -->\n)?```(\w*)\n(.*?)^```$/gms)].map((match) => {
    const fence = match.index + (match[1]?.length ?? 0);
    const at = `${page}:${text.slice(0, fence).split('\n').length}`;
    return { at, page, language: match[2]!, code: match[3]!, continues: match[1] !== undefined };
  });
}

export const blocks = pages.flatMap(blocksOf);

/** TypeScript and JavaScript, each with what it continues. */
export const programs = blocks
  .filter(({ language }) => language === 'ts' || language === 'js')
  .map((block) => {
    let code = block.code;
    let first = block;
    const own = blocks.filter((other) => other.page === block.page && /^[tj]s$/.test(other.language));
    while (first.continues) {
      first = own[own.indexOf(first) - 1]!;
      code = first.code + code;
    }
    return { ...block, code, name: block.at.replace(/\W+/g, '-') };
  });

/** One line of a shell block that can be run on its own, or a whole block where its lines depend on each other. */
export interface Command {
  at: string;
  code: string;
  /** The exit status that a comment `# status 4` names. */
  status: number | undefined;
}

const statusIn = (code: string): number | undefined => {
  const found = /# status (\d+)/.exec(code)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** The commands of a shell block: lines, continued lines put together, comments left out. */
export function commandsOf({ at, code }: Block): Command[] {
  if (/^(cd |#!)/m.test(code)) return [{ at, code, status: statusIn(code) }];
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .map((line) => ({ at, code: line, status: statusIn(line) }));
}

/** Writes every file that the examples name, as far as it does not take a tool to make it. */
export function writeInputs(folder: string): void {
  const image = fixtureBytes('clean/ext4-1k-csum-tree');
  for (const name of ['active.img', 'root.img', 'image.img', 'cos-state.img']) writeFileSync(join(folder, name), image);
  const disk = new Uint8Array(2048 * 512 + image.length);
  disk.set(image, 2048 * 512);
  writeFileSync(join(folder, 'disk.img'), disk);
  writeFileSync(join(folder, 'active.img.gz'), gzipSync(image));
  writeDisks(folder);
  for (const name of ['host', 'home/.zfunc', 'home/.config/fish/completions', 'rootfs/etc'])
    mkdirSync(join(folder, name), { recursive: true });
  const baseline = '{"version":1,"accepted":{},"affected":[]}';
  writeFiles(folder, {
    'rootfs/etc/os-release': 'ID=test\n',
    SHA256SUMS: `${'0'.repeat(64)}  app\n`,
    'policy.json': '{"version":1,"paths":["/lost+found"]}',
    'baseline.json': baseline,
    'known.json': baseline,
    'make-image.mjs':
      "import { readFileSync } from 'node:fs';\nexport const makeImage = async () => readFileSync('active.img');\n",
    'make-image.d.mts': 'export declare function makeImage(): Promise<Uint8Array>;\n',
    'image.bmap': bmapOf(image),
  });
}

/** A block map of version 2.0 that maps the whole image. */
function bmapOf(image: Uint8Array): string {
  const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const count = Math.ceil(image.length / 4096);
  const zeros = '0'.repeat(64);
  const text = `<?xml version="1.0" ?>
<bmap version="2.0">
    <ImageSize> ${image.length} </ImageSize>
    <BlockSize> 4096 </BlockSize>
    <BlocksCount> ${count} </BlocksCount>
    <MappedBlocksCount> ${count} </MappedBlocksCount>
    <ChecksumType> sha256 </ChecksumType>
    <BmapFileChecksum> ${zeros} </BmapFileChecksum>
    <BlockMap>
        <Range chksum="${sha256(image)}"> 0-${count - 1} </Range>
    </BlockMap>
</bmap>
`;
  return text.replace(zeros, sha256(text));
}
