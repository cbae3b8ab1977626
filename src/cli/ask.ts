/** Asks a question on the terminal. */
import { isTerminal } from './terminal';

/** Whether a user can answer. */
export const canAsk = async (): Promise<boolean> => (await isTerminal(0)) && (await isTerminal(2));

/** The answer, one line; empty when the input ends. Rejects when `signal` is aborted. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  // raw mode cannot be left once the terminal is lost, and one line does not need it
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await Promise.race([
      lines.question(question, { signal }),
      new Promise<string>((resolve) => lines.once('close', () => resolve(''))),
    ]);
  } finally {
    lines.close();
  }
}
