import { done, inChunks, worker } from '@danbooru-jobs/actors'
import { liftExpiredBans } from '@danbooru-jobs/booru'
import { pruneBans } from '@danbooru-jobs/contracts/danbooru'

const batchSize = 1_000
/** Names that the result holds. */
const listed = 100

/** Lifts the bans that have run out. */
export const pruneBansWorker = worker(pruneBans, async (_payload, job) => {
  const now = job.clock.now()
  const users: string[] = []
  const lifted = await inChunks(job, 0, async (em, after) => {
    const batch = await liftExpiredBans(em, { after, limit: batchSize, now })
    users.push(...batch.users.slice(0, listed - users.length).map(({ name }) => name))
    return { rows: batch.users.length, next: batch.next }
  })
  return done({ lifted, users })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
