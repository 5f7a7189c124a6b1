import { askDatabase, type QueueOverview, readQueues } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { withDatabase } from './connections.ts'

/**
 * The queue of every declared job type, and of whatever else is found in the stream. It works without the database too.
 *
 * @throws StreamMissingError when no service has made the streams yet
 */
export async function listQueues(nats: NatsConnection): Promise<QueueOverview[]> {
  const jsm = await jetstreamManager(nats)
  const facts = await withDatabase(({ run }) => askDatabase(run, systemClock.now())).catch(unlessMissing)
  const declared = jobTypes.map((type) => type.name)
  const databaseFacts = facts && (async () => facts)
  return readQueues({ nats, jsm, clock: systemClock, databaseFacts }, declared)
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ExpectedError)) throw error
}
