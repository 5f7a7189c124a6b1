import { done, worker } from '@danbooru-jobs/actors'
import { correctTagCounts, wrongTagCounts } from '@danbooru-jobs/booru'
import { regeneratePostCounts } from '@danbooru-jobs/contracts/danbooru'

const batchSize = 1_000
/** Tags that the result names. */
const listed = 100

/**
 * Corrects the post counts of tags: one transaction finds them, others correct them, a batch each. A tag that changes meanwhile is left
 * to the next hour.
 */
export const regeneratePostCountsWorker = worker(regeneratePostCounts, async (_payload, job) => {
  let found = 0
  let corrected = 0
  const tags: { name: string; from: number; to: number }[] = []
  await job.transaction(async (finding) => {
    for await (const wrong of wrongTagCounts(finding, batchSize)) {
      job.signal.throwIfAborted()
      corrected += await job.transaction((em) => correctTagCounts(em, wrong))
      found += wrong.length
      const named = wrong.slice(0, listed - tags.length)
      tags.push(...named.map(({ name, stored, counted }) => ({ name, from: stored, to: counted })))
      job.log.info(
        { tags: wrong.map(({ name, stored, counted }) => [name, stored, counted]) },
        'tag counts updated',
      )
      job.progress({ found, corrected })
    }
  })
  return done({ corrected, leftForNextTime: found - corrected, tags })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
