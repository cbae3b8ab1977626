/** The check as Node does it: digests by node:crypto, and a second thread where that pays. */
import { type CheckOptions, checkImage, type MachineOptions } from './check';
import type { StartHelperThread } from './checks/helper-thread';
import type { CheckReport } from './problem/report';
import type { ByteSource } from './source/source';

/** Loaded only for large images. */
const startHelper: StartHelperThread = async (file) => (await import('./parallel/start')).startHelperThread(file);

/** As `checkImage`, except that digests come from node:crypto and that a large image is checked by two threads. */
export async function checkImageOnNode(
  image: ByteSource,
  options: CheckOptions & MachineOptions = {},
): Promise<CheckReport> {
  const machine: MachineOptions = { startHelper };
  if (options.extensions?.some(({ group }) => group !== undefined)) {
    const { nodeDigests } = await import('./parallel/node-digests');
    machine.digests = nodeDigests(options.jobs);
  }
  return checkImage(image, { ...machine, ...options });
}
