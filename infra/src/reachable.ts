import { withoutPassword } from '@danbooru-jobs/actors/program'
import { connect } from '@nats-io/transport-node'
import pg from 'pg'
import { ExpectedError } from './expected-error.ts'
import { formatVersion, isNewEnough, oldestNatsServer, parseVersion } from './nats/version.ts'

const patience = 5_000

/**
 * Makes sure that a NATS server answers, is new enough and has JetStream.
 *
 * @throws {ExpectedError} with one line about what is wrong
 */
export async function checkNats(url: string): Promise<void> {
  const shown = `NATS_URL ${withoutPassword(url)}`
  const servers = url.split(',')
  const connection = await connect({ servers, timeout: patience, reconnect: false }).catch(
    (error: unknown) => {
      throw new ExpectedError(`${shown} cannot be reached: ${reason(error)}.`)
    },
  )
  const { version = '', jetstream } = connection.info ?? {}
  await connection.close()
  const parsed = parseVersion(version)
  if (parsed === undefined || !isNewEnough(parsed)) {
    const needed = formatVersion(oldestNatsServer)
    throw new ExpectedError(`${shown} runs nats-server ${version}, and ${needed} or newer is needed.`)
  }
  if (jetstream !== true)
    throw new ExpectedError(`${shown} runs without JetStream; start it with --jetstream.`)
}

/**
 * Makes sure that a database takes connections.
 *
 * @throws {ExpectedError} with one line about what is wrong
 */
export async function checkDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw new ExpectedError(`DATABASE_URL ${withoutPassword(url)} cannot be reached: ${reason(error)}.`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The first cause that has a message: a host with two addresses fails with an aggregate that has none. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0])
  if (error instanceof Error && error.message === '' && error.cause !== undefined) return reason(error.cause)
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
