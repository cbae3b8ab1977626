/** The digest of a text as content security policies write it. */
import { Sha256 } from './sha256';

/** SHA-256 of the text in UTF-8, in Base64. */
export const sha256Base64 = (text: string): string =>
  btoa(String.fromCharCode(...new Sha256().update(new TextEncoder().encode(text)).digest()));
