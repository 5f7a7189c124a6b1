import { natsHeader } from './headers.ts'

/**
 * Whether JOB_LOG has the server's copy of a job for certain, told by the headers of the job's message.
 *
 * It may have none, because the message keeps headers that a stream takes for instructions, if the job came
 * - out of a repeating schedule (`Nats-Schedule-Next` is a time), or
 * - out of a schedule that was published in a batch of several (the log takes it for a piece of a batch).
 *
 * The worker that gets such a job reports it in full.
 */
export function isInJobLog(header: (name: string) => string | undefined): boolean {
  if (!header(natsHeader.scheduler)) return true
  if (header(natsHeader.scheduleNext) !== 'purge') return false
  if (!header(natsHeader.batchId)) return true
  return header(natsHeader.batchSequence) === '1' && Boolean(header(natsHeader.batchCommit))
}
