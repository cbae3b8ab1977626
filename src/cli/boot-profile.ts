/** The profile of `--profile`: a built-in one, or a file. */

import { parseReaders } from '../boot/features/gate';
import { ReaderError } from '../boot/features/reader';
import { type Profile, ProfileError, parseProfile } from '../boot/profile';
import { isProfileName, type ProfileName, profileNames } from '../boot/profiles';
import { printable } from '../report/printable';
import type { Io } from './io';
import { didYouMean, UsageError } from './options';
import { reasonOf } from './reason';

/** A profile that people write has some kilobytes. */
const maxBytes = 2 ** 24;

export async function profileOf(word: string, io: Pick<Io, 'readFile' | 'signal'>): Promise<ProfileName | Profile> {
  if (isProfileName(word)) return word;
  if (!word.endsWith('.json'))
    throw new UsageError(
      `Unknown profile ${printable(word)}.${didYouMean(word, profileNames)} The name of a profile file must end in .json.`,
    );
  let text: string;
  try {
    text = new TextDecoder().decode(await io.readFile(word, maxBytes));
  } catch (error) {
    io.signal.throwIfAborted();
    throw new UsageError(`The profile ${printable(word)} cannot be read: ${reasonOf(error)}.`);
  }
  return parsed(word, text);
}

function parsed(word: string, text: string): Profile {
  try {
    const profile = parseProfile(JSON.parse(text));
    parseReaders(profile);
    return profile;
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`The profile ${printable(word)} is not valid JSON: ${printable(error.message)}.`);
    if (error instanceof ProfileError || error instanceof ReaderError)
      throw new UsageError(`${printable(word)}: ${printable(error.message)}`);
    throw error;
  }
}
