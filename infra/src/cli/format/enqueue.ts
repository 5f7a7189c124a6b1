import type { EnqueueResult } from '@danbooru-jobs/contracts'
import { timeText } from './time.ts'

/** What became of a job that was to be enqueued, in one line. */
export function enqueueText(type: string, result: EnqueueResult, at: Date | undefined): string {
  switch (result.status) {
    case 'accepted':
      return `accepted: ${type} ${result.id}${at === undefined ? '' : `, runs at ${timeText(at)} UTC`}`
    case 'duplicate':
      return `duplicate: ${type} ${result.id} was enqueued before; nothing was added`
    case 'already-queued':
      return `already queued: a ${type} with key ${result.key} is waiting or running; nothing was added`
    default:
      return result satisfies never
  }
}
