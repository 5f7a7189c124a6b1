import { askDatabase, readQueues } from '@danbooru-jobs/actors/operate'
import { type Database, systemClock } from '@danbooru-jobs/actors/program'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { jetstreamManager } from '@nats-io/jetstream'
import { ExpectedError } from '../expected-error.ts'
import { withDatabase, withNats } from './connections.ts'
import { queuesText } from './format/queues.ts'
import { answerWatched, type WatchOptions } from './watch.ts'

/**
 * The queue of every declared job type, and of every other type found in the stream. It works without the database too.
 *
 * @throws StreamMissingError when no service has made the streams yet
 */
export function listQueues(options: WatchOptions): Promise<void> {
  return withNats(async (nats) => {
    const jsm = await jetstreamManager(nats)
    await withDatabaseIfThere((run) =>
      answerWatched(options, async () => {
        const facts = run && (await askDatabase(run, systemClock.now()))
        const databaseFacts = facts && (async () => facts)
        const value = await readQueues({ nats, jsm, clock: systemClock, databaseFacts }, declaredTypes)
        return { value, text: (isColoured) => queuesText(value, isColoured) }
      }),
    )
  })
}

const declaredTypes = jobTypes.map((type) => type.name)

/** Works with undefined when there is no database, or one that was never migrated. */
async function withDatabaseIfThere(work: (run: Database['run'] | undefined) => Promise<void>): Promise<void> {
  let isThere = false
  try {
    await withDatabase(async ({ run }) => {
      isThere = true
      await work(run)
    })
  } catch (error) {
    if (isThere || !(error instanceof ExpectedError)) throw error
    await work(undefined)
  }
}
