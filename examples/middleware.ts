// Steps around every attempt and every enqueue. See docs/how-to/add-middleware.md.
import { currentContext, done, type EnqueueStep, type PerformMiddleware, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const approve = defineJob({
  name: 'approve',
  title: 'Approve a post',
  payload: z.object({ postId: z.int() }),
})
const announce = defineJob({
  name: 'announce',
  title: 'Announce a post',
  payload: z.object({ postId: z.int() }),
})

/** Around every attempt of the process: says how it ended. */
const logOutcome: PerformMiddleware = async function logOutcome(performing, next) {
  const outcome = await next(performing)
  console.log(`${performing.job.type} for ${performing.job.actor}: ${outcome.kind}`)
  return outcome
}

/** Around the attempts of one worker: posts that are not there yet are no failure. */
const waitForPost: PerformMiddleware = async function waitForPost(performing, next) {
  const outcome = await next(performing)
  const isMissing = outcome.kind === 'retry' && outcome.error.message === 'no such post'
  return isMissing ? { kind: 'snooze', after: 60_000, reason: 'no post yet' } : outcome
}

/** At every enqueue in a transaction: jobs without an actor belong to the system. */
const ownedBySystem: EnqueueStep = (request) => ({
  ...request,
  options: { actor: 'system', ...request.options },
})

const posts = new Set([1])
const approveWorker = worker(
  approve,
  async ({ postId }) => {
    if (!posts.has(postId)) throw new Error('no such post')
    // What a job enqueues inherits who asked for the job.
    await jobs.publisher.enqueue(announce, { postId })
    console.log(`approved ${postId} for ${currentContext().actor}`)
    return done()
  },
  { middleware: [waitForPost] },
)

// In production: runServices([...], { middleware: { ... } }).
await using jobs = await startTestJobs([approveWorker, worker(announce, async () => done())], {
  middleware: { perform: [logOutcome], enqueue: [ownedBySystem] },
})
await jobs.enqueue(approve, { postId: 2 }, { actor: 'user:7' })
await jobs.performEnqueuedJobs()
posts.add(2)
await jobs.advance('1m')
await jobs.performEnqueuedJobs({ only: [approve] })
await jobs.performEnqueuedJobs()

// Output:
// approve for user:7: snooze
// approved 2 for user:7
// approve for user:7: done
// announce for user:7: done
