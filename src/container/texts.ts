/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../problem/define';

const sentence = ({ container, text }: { container: string; text: string }): string => `${container}: ${text}`;

export const texts = {
  'container-damaged': (d: { container: string; text: string }) => sentence(d),
  'container-suspect': (d: { container: string; text: string }) => sentence(d),
  'container-remark': (d: { container: string; text: string }) => sentence(d),
} satisfies Sentences;
