/** The check on Node: digests by node:crypto, and a second thread for large images. */
import { type CheckOptions, checkImage, type MachineOptions } from './check';
import type { StartHelperThread } from './checks/helper-thread';
import type { CheckReport } from './problem/report';
import type { ByteSource } from './source/source';

/** Loaded only for large images. */
const startHelper: StartHelperThread = async (file) => (await import('./parallel/start')).startHelperThread(file);

/** Like `checkImage`, with digests by node:crypto and two threads for a large image. */
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
