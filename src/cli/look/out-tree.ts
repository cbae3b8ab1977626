/** The folders that an extraction made, and the links in them, which are made when everything else is complete. */
import type { Finish, OutFolder } from './out-folder';

/** A folder that was made, or the root, which has no parent. */
export interface MadeFolder {
  parent: MadeFolder | null;
  name: Uint8Array;
}

/** A link to be made. */
export interface WantedLink {
  folder: MadeFolder;
  name: Uint8Array;
  /** In the image. */
  path: string;
  /** The target of a symlink, or the first name of a file. */
  to: Uint8Array | { folder: MadeFolder; name: Uint8Array };
}

/** Called when something could not be made. @throws the error, if nothing more can be made */
export type OnFailure = (path: string, error: unknown) => void;

/** Calls `use` with a folder that was made, opened again name by name, without following links. */
function within<T>(root: OutFolder, made: MadeFolder, use: (folder: OutFolder) => T): T {
  if (made.parent === null) return use(root);
  return within(root, made.parent, (parent) => {
    const folder = parent.openFolder(made.name);
    try {
      return use(folder);
    } finally {
      folder.close();
    }
  });
}

/**
 * Makes links. Hard links come first: as long as there is no symlink, none can be followed; symlinks cannot replace a folder
 * that is opened later, because their names are new.
 */
export function makeLinks(root: OutFolder, links: readonly WantedLink[], onFailure: OnFailure): number {
  let made = 0;
  const make = ({ folder, name, path, to }: WantedLink): void => {
    try {
      within(root, folder, (here) => {
        if (to instanceof Uint8Array) here.makeSymlink(name, to);
        else within(root, to.folder, (other) => here.makeLink(name, other, to.name));
      });
      made++;
    } catch (error) {
      onFailure(path, error);
    }
  };
  const isSymlink = ({ to }: WantedLink) => to instanceof Uint8Array;
  for (const link of links) if (!isSymlink(link)) make(link);
  for (const link of links) if (isSymlink(link)) make(link);
  return made;
}

/** A folder with what is set at the end, because making something in a folder changes its time and needs permissions. */
export interface UnfinishedFolder extends MadeFolder {
  path: string;
  facts: Finish;
}

/** Sets modes and times: a folder comes after those in it. */
export function finishFolders(root: OutFolder, folders: readonly UnfinishedFolder[], onFailure: OnFailure): void {
  for (const made of [...folders].reverse()) {
    try {
      within(root, made, (folder) => folder.finish(made.facts));
    } catch (error) {
      onFailure(made.path, error);
    }
  }
}
