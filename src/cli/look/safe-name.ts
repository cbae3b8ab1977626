/** Which names of an image can be names of files here: one component, which leads nowhere else. */

const slash = 0x2f;
const dot = 0x2e;

/** Characters, endings and names that mean something else to Windows. */
const windowsSpecial = /[\\/:*?"<>|]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Why a file must not get this name; null if it may. */
export function nameFault(name: Uint8Array, platform: NodeJS.Platform = process.platform): string | null {
  if (name.length === 0) return 'a name cannot be empty';
  if (name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot)))
    return 'a file cannot have the name of a directory that all directories have';
  if (name.includes(slash)) return 'a name cannot contain a slash';
  if (name.includes(0)) return 'a name cannot contain a zero byte';
  if (platform !== 'win32') return null;
  const text = Buffer.from(name).toString('latin1');
  return windowsSpecial.test(text) || name.some((byte) => byte < 32) ? 'Windows gives this name a meaning' : null;
}
