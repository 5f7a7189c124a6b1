import type { Runtime } from '@danbooru-jobs/actors/internal'
import { streamName } from '@danbooru-jobs/contracts/wire'
import type { StreamInfo } from '@nats-io/jetstream'
import type pg from 'pg'

/** How far the history has read the streams. */
export interface Position {
  /** The last message of the job log that is stored in the history. */
  readonly log: number
  /** Up to here the log may repeat what is known already. */
  readonly knownUntil: number
  /** Up to here every message of the queue is in the history. */
  readonly queue: number
  /** The stream JOBS was replaced: jobs that were unfinished in the old one will never end. */
  readonly queueReplaced: boolean
}

interface Row {
  log_sequence: string
  log_time: Date | null
  log_created: Date | null
  queue_created: Date | null
  known_until: string
  queue_sequence: string
}

/** The log as the server has it, to compare with the stored position. */
export interface LogFacts {
  readonly created: Date
  readonly first: number
  readonly last: number
  /** When the message at the stored position was logged, milliseconds. */
  readonly timeAtPosition: number | undefined
}

/**
 * Where to continue. A log that was replaced, or has lost what was read from it, is read from its beginning; what it says may be known
 * already.
 */
export function resume(
  known: {
    readonly log: number
    readonly logTime: number | undefined
    readonly logCreated: number | undefined
  },
  facts: LogFacts,
): Pick<Position, 'log' | 'knownUntil'> | undefined {
  if (known.logCreated === undefined) return { log: facts.first - 1, knownUntil: 0 }
  const isSame = facts.created.getTime() === known.logCreated && known.log <= facts.last
  const isDropped = known.log < facts.first
  const isUnchanged =
    known.log === 0 || isDropped || known.logTime === undefined || facts.timeAtPosition === known.logTime
  if (isSame && isUnchanged) return undefined
  return { log: facts.first - 1, knownUntil: facts.last }
}

/** Reads the position, and corrects it if the streams were replaced. */
export async function loadPosition(runtime: Runtime, client: pg.Client): Promise<Position> {
  const { rows } = await client.query<Row>('select * from jobs.history_position')
  const row = rows[0]
  if (!row) throw new Error('jobs.history_position has lost its row; the database is not migrated completely')
  const log = await runtime.jsm.streams.info(streamName.jobLog)
  const queue = await runtime.jsm.streams.info(streamName.jobs)
  const known = {
    log: Number(row.log_sequence),
    logTime: row.log_time?.getTime(),
    logCreated: row.log_created?.getTime(),
  }
  const again = resume(known, await factsOf(runtime, log, known.log))
  const queueCreated = new Date(queue.created)
  const queueReplaced = row.queue_created !== null && row.queue_created.getTime() !== queueCreated.getTime()
  const position: Position = {
    log: again?.log ?? known.log,
    knownUntil: again?.knownUntil ?? Number(row.known_until),
    queue: queueReplaced ? 0 : Number(row.queue_sequence),
    queueReplaced,
  }
  await client.query(
    `update jobs.history_position set log_sequence = $1, known_until = $2, queue_sequence = $3, log_created = $4,
       queue_created = $5`,
    [
      position.log,
      position.knownUntil,
      position.queue,
      new Date(log.created),
      // Stored only after the jobs of the old queue are settled.
      queueReplaced ? row.queue_created : queueCreated,
    ],
  )
  return position
}

/** Stores how far the log and the queue were read, in the transaction of what was read. */
export async function writePosition(
  client: pg.Client,
  last: { readonly logSequence: number; readonly loggedAt: number },
  queue: number,
): Promise<void> {
  await client.query({
    name: 'position',
    text: 'update jobs.history_position set log_sequence = $1, log_time = $2, queue_sequence = $3',
    values: [last.logSequence, new Date(last.loggedAt), queue],
  })
}

/** The same for the queue alone, when it was read where the log has no entries. */
export async function writeQueuePosition(client: pg.Client, queue: number): Promise<void> {
  await client.query('update jobs.history_position set queue_sequence = $1', [queue])
}

/** Stores which queue is followed, once the jobs of the old one are settled. */
export async function rememberQueue(runtime: Runtime, client: pg.Client): Promise<void> {
  const queue = await runtime.jsm.streams.info(streamName.jobs)
  await client.query('update jobs.history_position set queue_created = $1', [new Date(queue.created)])
}

async function factsOf(runtime: Runtime, log: StreamInfo, position: number): Promise<LogFacts> {
  const { first_seq: first, last_seq: last } = log.state
  const isThere = position >= first && position <= last
  const message = isThere
    ? await runtime.jsm.direct.getMessage(streamName.jobLog, { seq: position }).catch(() => undefined)
    : undefined
  return { created: new Date(log.created), first, last, timeAtPosition: message?.time.getTime() }
}
