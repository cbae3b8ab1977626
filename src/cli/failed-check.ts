/** The report of a check that could not be done. */
import { ContainerError } from '../container/error';
import { messageOf } from '../error';
import type { CheckReport } from '../problem/report';
import { failedReport } from '../report/failure';
import { type ImageName, whyNot } from './image-name';
import { reportInternalError } from './internal-error';
import type { Io } from './io';
import { containerSteps, isOpenError } from './open-errors';
import { UsageError } from './options';

/**
 * A report that nothing was checked, with the reason; undefined when interrupted. `opened` is whether the file could be opened.
 * @throws UsageError
 */
export function failedCheck(
  error: unknown,
  image: ImageName,
  opened: boolean,
  require: readonly string[],
  io: Io,
): CheckReport | undefined {
  if (io.signal.aborted) return undefined;
  if (error instanceof UsageError) throw error;
  const steps = error instanceof ContainerError ? containerSteps(error, image) : [];
  if (isOpenError(error) || (error instanceof RangeError && !opened))
    return failedReport(image.shown, whyNot(error, image), require, steps);
  reportInternalError(error, image.shown, io);
  return failedReport(image.shown, `internal error: ${messageOf(error)}`, require);
}
