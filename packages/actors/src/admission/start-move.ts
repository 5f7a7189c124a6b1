import { leavesKeyWhenStarted, placeOf, subjects, type UniqueMode } from '@danbooru-jobs/contracts/wire'

/** What has to happen to a job's message before its handler starts. */
export type StartMove =
  | { readonly kind: 'stay' }
  /** It moves to a place of its own and leaves its key to the next job; `alone` if only one job may stand there. */
  | { readonly kind: 'move'; readonly place: string; readonly alone: boolean }

/** Where the running job of a key stands in `one-running-one-queued`, below the key. */
export const runningSlot = 'running'
/** What the header of a parked job says that waits for the running one of its key. */
export const parkedForKey = 'unique'

/**
 * Decides whether a job leaves its key when it starts. A queued job stands at `jobs.<type>.<key>`, where the next one of its key
 * would be refused; a started one at `jobs.<type>.<key>.<slot>`. In `one-running-one-queued` there is one slot, in `while-queued`
 * one for each job.
 */
export function startMove(mode: UniqueMode | undefined, subject: string, jobId: string): StartMove {
  if (!leavesKeyWhenStarted(mode) || subject.split('.').length !== 3) return { kind: 'stay' }
  const alone = mode === 'one-running-one-queued'
  const place = subjects.ownPlace(placeOf(subject), alone ? runningSlot : jobId)
  return { kind: 'move', place, alone }
}

/** The place of the key that a started job has left, or undefined for a job that has not moved. */
export function keyLeft(mode: UniqueMode | undefined, subject: string): string | undefined {
  if (!leavesKeyWhenStarted(mode)) return undefined
  const tokens = subject.split('.')
  return tokens.length === 4 ? tokens.slice(1, 3).join('.') : undefined
}
