import { done, forEachRow, type JobContext, worker } from '@danbooru-jobs/actors'
import {
  findSystemUser,
  rejectBulkUpdateRequest,
  type Staleness,
  staleRejection,
  staleRequests,
  systemUserName,
  type UnitOfWork,
  warnAboutRequest,
} from '@danbooru-jobs/booru'
import { pruneBulkUpdateRequests } from '@danbooru-jobs/contracts/danbooru'

const batchSize = 1_000

/** Does one request's part; `true` if something changed. */
type Treatment = (work: UnitOfWork, requestId: number) => Promise<boolean>

/**
 * Warns in the topics of bulk update requests that were not approved within 40 days, then rejects those that were not within
 * 45. Each request is a transaction of its own. Danbooru's `PruneBulkUpdateRequestsJob` at commit b43a913ad7.
 */
export const pruneBulkUpdateRequestsWorker = worker(pruneBulkUpdateRequests, async (_payload, job) => {
  const { id: systemId } = await job.transaction((em) => findSystemUser(em))
  const warned = await treatAll(job, 'warn', async (work, id) => {
    return (await warnAboutRequest(work, id, systemId)) === 'warned'
  })
  const rejected = await treatAll(job, 'reject', async (work, id) => {
    const by = { rejectorName: systemUserName, reason: staleRejection }
    const outcome = await rejectBulkUpdateRequest(work, id, by)
    if (outcome.kind !== 'rejected') return false
    if (outcome.unannounced !== undefined) {
      job.note(`bulk update request #${id} was rejected without a post in its topic: ${outcome.unannounced}`)
    }
    return true
  })
  return done({ warned: warned.changed, rejected: rejected.changed, failed: warned.failed + rejected.failed })
})

async function treatAll(
  job: JobContext,
  staleness: Staleness,
  treat: Treatment,
): Promise<{ changed: number; failed: number }> {
  const startedAt = job.clock.now()
  let changed = 0
  let failed = 0
  let afterId = 0
  while (true) {
    const place = { now: startedAt, afterId, limit: batchSize }
    const ids = await job.transaction((em) => staleRequests(em, staleness, place))
    const last = ids.at(-1)
    if (last === undefined) return { changed, failed }
    const name = (id: number) => `bulk update request #${id}`
    const treated = await forEachRow(job, ids, name, (id, em, outbox) =>
      treat({ em, outbox, now: job.clock.now() }, id),
    )
    changed += treated.results.filter(Boolean).length
    failed += treated.failed
    job.progress({ step: staleness, changed, failed })
    afterId = last
  }
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
