import { done, forEachRow, type JobContext, worker } from '@danbooru-jobs/actors'
import { isRowFault } from '@danbooru-jobs/actors/internal'
import {
  beforeAllPosts,
  type Deletions,
  deletePosts,
  expiredPosts,
  expiryReasons,
  findSystemUser,
  lockExpired,
  type QueueReason,
  queueReasons,
  type UnitOfWork,
} from '@danbooru-jobs/booru'
import { prunePosts } from '@danbooru-jobs/contracts/danbooru'

/** Posts in one transaction: enough to be fast, few enough that their locks are short. */
const batchSize = 500

/** One pass over the posts that wait for the same reason. */
interface Pass {
  readonly job: JobContext
  readonly reason: QueueReason
  readonly systemId: number
  /** When the job started: posts that expire while it runs are left for the next run. */
  readonly startedAt: Date
}

interface Pruned {
  deleted: number
  /** Posts that break a rule, and posts that PostgreSQL refused to change. */
  failed: number
}

/**
 * Deletes pending, then flagged, then appealed posts that were not approved in three days. A post that cannot be deleted is noted
 * in the job's log, stays in the queue, and does not stop the rest. Danbooru's `PrunePostsJob` at commit b43a913ad7.
 */
export const prunePostsWorker = worker(prunePosts, async (_payload, job) => {
  const startedAt = job.clock.now()
  const { id: systemId } = await job.transaction((em) => findSystemUser(em))
  const result = { pending: 0, flagged: 0, appealed: 0, failed: 0 }
  for (const reason of queueReasons) {
    await prune({ job, reason, systemId, startedAt }, ({ deleted, failed }) => {
      result[reason] += deleted
      result.failed += failed
      job.progress({ ...result })
    })
  }
  return done(result)
})

async function prune(pass: Pass, report: (pruned: Pruned) => void): Promise<void> {
  const { job, reason, startedAt } = pass
  let after = beforeAllPosts
  while (true) {
    job.signal.throwIfAborted()
    const place = { now: startedAt, after, limit: batchSize }
    const batch = await job.transaction((em) => expiredPosts(em, reason, place))
    const last = batch.at(-1)
    if (last === undefined) return
    report(
      await pruneBatch(
        pass,
        batch.map(({ id }) => id),
      ),
    )
    after = last
  }
}

/** All of them in one transaction or, when that fails, each in its own. */
async function pruneBatch(pass: Pass, postIds: readonly number[]): Promise<Pruned> {
  const { job } = pass
  try {
    const deletions = await job.transaction((em, outbox) =>
      deleteExpired(pass, { em, outbox, now: job.clock.now() }, postIds),
    )
    return report(job, deletions)
  } catch (error) {
    if (!isRowFault(error)) throw error
    job.log.warn({ err: error, posts: postIds.length }, 'a batch of posts failed; deleting them one by one')
  }
  const name = (postId: number) => `post #${postId}`
  const { results, failed } = await forEachRow(job, postIds, name, (postId, em, outbox) =>
    deleteExpired(pass, { em, outbox, now: job.clock.now() }, [postId]),
  )
  const pruned = report(job, {
    deleted: results.flatMap(({ deleted }) => deleted),
    refused: results.flatMap(({ refused }) => refused),
  })
  return { ...pruned, failed: pruned.failed + failed }
}

/** Asks again, with the posts locked, which of them still wait. */
async function deleteExpired(
  { reason, systemId, startedAt }: Pass,
  work: UnitOfWork,
  postIds: readonly number[],
): Promise<Deletions> {
  const expired = await lockExpired(work.em, reason, postIds, startedAt)
  return deletePosts(work, expired, { deleterId: systemId, reason: expiryReasons[reason] })
}

function report(job: JobContext, { deleted, refused }: Deletions): Pruned {
  for (const { postId, problem } of refused) job.note(`post #${postId} was not deleted: ${problem}`)
  return { deleted: deleted.length, failed: refused.length }
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
