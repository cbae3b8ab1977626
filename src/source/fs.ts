/** The file system of Node, without an import of `node:fs`. */

/**
 * An import of `node:fs` in an ES module reads each of its exports, which loads `fs.promises` and what that needs: 6 ms of
 * every start.
 */
export const fs = process.getBuiltinModule('node:fs');
