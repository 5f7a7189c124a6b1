import { done, type JobContext, worker } from '@danbooru-jobs/actors'
import { isRowFault } from '@danbooru-jobs/actors/internal'
import {
  announceRetirements,
  findSystemUser,
  type RelationshipCursor,
  retirementTopic,
  retireTagRelationships,
  startOfRelationships,
  type UnitOfWork,
  type UnusedRelationship,
  unusedRelationships,
} from '@danbooru-jobs/booru'
import { retireTagRelationships as jobType } from '@danbooru-jobs/contracts/danbooru'

/** As many as always fit into one forum post. */
const batchSize = 400

/** Where retirements are announced, and by whom. */
interface Forum {
  readonly topicId: number
  readonly systemId: number
}

/** Retires some of the relationships and returns which. */
type Retire = (
  work: UnitOfWork,
  batch: readonly UnusedRelationship[],
) => Promise<readonly UnusedRelationship[]>

/**
 * Retires tag aliases and implications that are not needed any more and announces them in the forum, in posts of at most 400. What
 * is retired and its announcement are one transaction. Danbooru's `RetireTagRelationshipsJob` at commit b43a913ad7.
 */
export const retireTagRelationshipsWorker = worker(jobType, async (_payload, job) => {
  const startedAt = job.clock.now()
  const forum = await job.transaction(async (em, outbox) => {
    const { id: systemId } = await findSystemUser(em)
    return { systemId, topicId: await retirementTopic({ em, outbox, now: startedAt }, systemId) }
  })
  let retired = 0
  let after = startOfRelationships
  while (true) {
    job.signal.throwIfAborted()
    const place = { now: startedAt, after, limit: batchSize }
    const batch = await job.transaction((em) => unusedRelationships(em, place))
    if (batch.length === 0) return done({ retired })
    retired += await retireBatch(job, forum, batch)
    after = batch.reduce(advance, after)
    job.progress({ retired })
  }
})

/** All of them at once or, when that fails, one by one, but announced together. */
async function retireBatch(
  job: JobContext,
  forum: Forum,
  batch: readonly UnusedRelationship[],
): Promise<number> {
  try {
    return await retireAndAnnounce(job, forum, batch, retireTagRelationships)
  } catch (error) {
    if (!isRowFault(error)) throw error
    job.log.warn({ err: error }, 'a batch failed; retiring its relationships one by one')
    return retireAndAnnounce(job, forum, batch, (work, all) => retireOneByOne(job, work, all))
  }
}

function retireAndAnnounce(
  job: JobContext,
  { topicId, systemId }: Forum,
  batch: readonly UnusedRelationship[],
  retire: Retire,
): Promise<number> {
  return job.transaction(async (em, outbox) => {
    const work = { em, outbox, now: job.clock.now() }
    const retired = await retire(work, batch)
    if (retired.length === 0) return 0
    const posted = await announceRetirements(work, topicId, systemId, retired)
    if (posted.kind === 'refused') {
      job.note(`${retired.length} retirements could not be announced in topic #${topicId}: ${posted.reason}`)
    }
    return retired.length
  })
}

/** Each behind a savepoint, so that one that fails does not undo the others. */
async function retireOneByOne(
  job: JobContext,
  work: UnitOfWork,
  batch: readonly UnusedRelationship[],
): Promise<UnusedRelationship[]> {
  const retired: UnusedRelationship[] = []
  for (const one of batch) {
    job.signal.throwIfAborted()
    try {
      const done = await work.em.transactional((em) => retireTagRelationships({ ...work, em }, [one]))
      retired.push(...done)
    } catch (error) {
      if (!isRowFault(error)) throw error
      job.note(`tag ${one.kind} #${one.id} was not retired: ${error.message}`)
    }
  }
  return retired
}

function advance(cursor: RelationshipCursor, { kind, id }: UnusedRelationship): RelationshipCursor {
  return kind === 'alias' ? { ...cursor, aliasId: id } : { ...cursor, implicationId: id }
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
