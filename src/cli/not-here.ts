/** What a part of the check throws that is left out of `cli.js`; `later.js` has it. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}
