import { randomUUID } from 'node:crypto'
import type { LifecycleDefinition } from '@danbooru-jobs/actors'
import type { Database } from '@danbooru-jobs/actors/program'
import { type LifecycleReference, lifecycleMessage, subjectToken } from '@danbooru-jobs/contracts/wire'
import { jetstream } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { allServices } from '../services.ts'
import { unknownName } from './arguments.ts'
import type { LifecycleRow, LifecycleStepRow } from './format/lifecycle.ts'
import { withControls } from './with-control.ts'

/** The tag of states that wait for somebody to say `retry`. */
export const stalledTag = 'stalled'

/**
 * The statechart of that name.
 *
 * @throws {UsageError} naming those that exist
 */
export function lifecycleNamed(name: string): LifecycleDefinition {
  const known = allServices.filter((service) => service.kind === 'lifecycle')
  return (
    known.find((definition) => definition.name === name) ??
    unknownName(
      'lifecycle',
      name,
      known.map((definition) => definition.name),
    )
  )
}

/** Lifecycles as they stand, the latest news first. */
export function listLifecycles(
  database: Database,
  filter: { readonly machine: string | undefined; readonly stalled: boolean; readonly limit: number },
): Promise<LifecycleRow[]> {
  return database.entityManager().execute<LifecycleRow[]>(
    `select machine, key, state, status, tags, version,
            created_at as "createdAt", updated_at as "updatedAt", ended_at as "endedAt"
       from jobs.lifecycles
      where (?::text is null or machine = ?) and (not ? or ? = any (tags))
      order by updated_at desc, machine, key
      limit ?`,
    [filter.machine ?? null, filter.machine ?? null, filter.stalled, stalledTag, filter.limit],
  )
}

/** Every message that a lifecycle took, the first one first. */
export function lifecycleCourse(
  database: Database,
  machine: string,
  key: string,
): Promise<LifecycleStepRow[]> {
  return database.entityManager().execute<LifecycleStepRow[]>(
    `select version, event, state, received_at as "receivedAt", message_id as "messageId"
       from jobs.lifecycle_messages
      where machine = ? and key = ?
      order by version`,
    [machine, subjectToken(key)],
  )
}

/**
 * Lets a stalled lifecycle go on, and writes down who wanted it.
 *
 * @throws {ExpectedError} when there is no such lifecycle, or it does not wait for a retry
 */
export function retryLifecycle(lifecycle: LifecycleReference): Promise<void> {
  const { machine, key } = lifecycle
  return withControls(async ({ nats, database, audit }) => {
    await requireStalled(database, machine, key)
    await sendRetry(nats, lifecycle)
    await audit('lifecycle.retry', { machine, key })
  })
}

async function requireStalled(database: Database, machine: string, key: string): Promise<void> {
  const [row] = await database
    .entityManager()
    .execute<LifecycleRow[]>('select state, tags from jobs.lifecycles where machine = ? and key = ?', [
      machine,
      subjectToken(key),
    ])
  if (row === undefined) throw new ExpectedError(`There is no lifecycle ${machine} ${key}.`)
  if (row.tags.includes(stalledTag)) return
  throw new ExpectedError(
    `The lifecycle ${machine} ${key} is not stalled but ${JSON.stringify(row.state)}: there is nothing to retry.`,
  )
}

/** Resolves when the message is stored. */
async function sendRetry(nats: NatsConnection, lifecycle: LifecycleReference): Promise<void> {
  const message = lifecycleMessage(lifecycle, { type: 'retry' }, { id: randomUUID() })
  const sent = headers()
  for (const [name, value] of Object.entries(message.headers)) sent.set(name, value)
  await jetstream(nats).publish(message.subject, message.body, { headers: sent })
}
