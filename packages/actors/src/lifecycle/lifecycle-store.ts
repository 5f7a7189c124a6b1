import {
  lifecycleHeader,
  natsHeader,
  type OutgoingMessage,
  runtimeOptions,
  storableId,
  subjects,
  subjectToken,
} from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Outbox } from '../outbox/outbox.ts'
import { storableJson } from '../sql/storable.ts'
import { advance, begin, type LifecycleAction, type LifecycleState, type Transition } from './advance.ts'
import type { LifecycleDefinition } from './define-lifecycle.ts'

/** A lifecycle as its row says. */
export interface StoredLifecycle {
  readonly key: string
  readonly version: number
  readonly definition: number
  readonly state: unknown
  readonly snapshot: unknown
  readonly status: LifecycleState['status']
  readonly tags: readonly string[]
}

/** What became of a message to a lifecycle. */
export type TransitionResult =
  | { readonly kind: 'advanced'; readonly from: unknown; readonly to: unknown; readonly version: number }
  | { readonly kind: 'seen' }
  | { readonly kind: 'unknown' }

/** The lifecycles of one machine in the database. Every method works in the transaction of `em`. */
export class LifecycleStore {
  readonly definition: LifecycleDefinition

  constructor(definition: LifecycleDefinition) {
    this.definition = definition
  }

  /** Reads a lifecycle and holds its row until the end of the transaction. */
  async lock(em: EntityManager, key: string): Promise<StoredLifecycle | undefined> {
    const [row] = await em.execute<StoredLifecycle[]>(
      `select key, version, definition, state, snapshot, status, tags
         from jobs.lifecycles where machine = ? and key = ? for update`,
      [this.definition.name, subjectToken(key)],
    )
    return row
  }

  /**
   * Begins a lifecycle: its initial transition, and at once the one that `event` causes. One that ended before begins again.
   *
   * @throws Error if a lifecycle of that key is open; {@link lock} shows it beforehand.
   */
  async begin(
    em: EntityManager,
    outbox: Outbox,
    key: string,
    first: {
      readonly input?: unknown
      readonly event: { type: string }
      readonly messageId: string
      readonly now: Date
    },
  ): Promise<void> {
    const begun = begin(this.definition, first.input)
    const next = advance(this.definition, begun.lifecycle.snapshot, stamped(first.event, first.now))
    const rows = await em.execute(
      `insert into jobs.lifecycles (machine, key, version, definition, state, snapshot, status, tags, created_at, updated_at, ended_at)
       values (?, ?, 1, ?, ?::jsonb, ?::jsonb, ?, ?::text[], ?, ?, ?)
       on conflict (machine, key) do update
          set version = lifecycles.version + 1, definition = excluded.definition, state = excluded.state,
              snapshot = excluded.snapshot, status = excluded.status, tags = excluded.tags,
              created_at = excluded.created_at, updated_at = excluded.updated_at, ended_at = excluded.ended_at
        where lifecycles.ended_at is not null
       returning version`,
      [
        this.definition.name,
        subjectToken(key),
        this.definition.definition,
        ...written(next.lifecycle),
        first.now,
        first.now,
        endedAt(next, first.now),
      ],
    )
    const [row] = rows as { version: number }[]
    if (!row) throw new Error(`the lifecycle ${this.definition.name} ${key} is open already`)
    await this.#remember(em, key, first.messageId, first.event, next, row.version, first.now)
    this.#carryOut(outbox, key, [...begun.actions, ...next.actions], first.now)
  }

  /** Gives a message to a lifecycle: once, whatever is delivered again. */
  async receive(
    em: EntityManager,
    outbox: Outbox,
    key: string,
    message: { readonly id: string; readonly event: { type: string }; readonly now: Date },
  ): Promise<TransitionResult> {
    const stored = await this.lock(em, key)
    if (!stored) return { kind: 'unknown' }
    if (await this.recall(em, key, message.id)) return { kind: 'seen' }
    const transition = advance(this.definition, this.#fitting(stored), stamped(message.event, message.now))
    const version = stored.version + 1
    await em.execute(
      `update jobs.lifecycles set version = ?, definition = ?, state = ?::jsonb, snapshot = ?::jsonb, status = ?,
              tags = ?::text[], updated_at = ?, ended_at = ?
        where machine = ? and key = ?`,
      [
        version,
        this.definition.definition,
        ...written(transition.lifecycle),
        message.now,
        endedAt(transition, message.now),
        this.definition.name,
        subjectToken(key),
      ],
    )
    await this.#remember(em, key, message.id, message.event, transition, version, message.now)
    this.#carryOut(outbox, key, transition.actions, message.now)
    return { kind: 'advanced', from: stored.state, to: transition.lifecycle.state, version }
  }

  /** The message of that id, if the lifecycle has had it. */
  async recall(
    em: EntityManager,
    key: string,
    messageId: string,
  ): Promise<{ readonly type: string } | undefined> {
    const [row] = await em.execute<{ event: { type: string } }[]>(
      'select event from jobs.lifecycle_messages where machine = ? and key = ? and message_id = ?',
      [this.definition.name, subjectToken(key), storableId(messageId)],
    )
    return row?.event
  }

  #fitting(stored: StoredLifecycle): unknown {
    if (stored.definition === this.definition.definition) return stored.snapshot
    if (this.definition.migrate) return this.definition.migrate(stored.snapshot, stored.definition)
    throw new Error(
      `${this.definition.name} ${stored.key} was written by definition ${stored.definition}; ` +
        `this service has definition ${this.definition.definition} and no migration`,
    )
  }

  async #remember(
    em: EntityManager,
    key: string,
    messageId: string,
    event: { type: string },
    transition: Transition,
    version: number,
    now: Date,
  ): Promise<void> {
    await em.execute(
      `insert into jobs.lifecycle_messages (machine, key, message_id, event, state, version, received_at)
       values (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)`,
      [
        this.definition.name,
        subjectToken(key),
        storableId(messageId),
        storableJson(event),
        storableJson(transition.lifecycle.state),
        version,
        now,
      ],
    )
  }

  #carryOut(outbox: Outbox, key: string, actions: readonly LifecycleAction[], now: Date): void {
    const notify = subjects.lifecycle(this.definition.name, key)
    for (const action of actions) {
      switch (action.kind) {
        case 'enqueue':
          outbox.enqueue(
            action.params.type,
            action.params.payload as never,
            runtimeOptions({ id: action.params.id, notify, unique: false }),
          )
          break
        case 'emit':
          outbox.emit(action.params.event, action.params.payload as never)
          break
        case 'wake':
          outbox.send(timerMessage(this.definition.name, key, action, now))
          break
        default:
          action satisfies never
      }
    }
  }
}

/** The machine reads no clock: an event says when it arrived, RFC 3339. */
function stamped<Event extends { type: string }>(event: Event, now: Date): Event & { receivedAt: string } {
  return { ...event, receivedAt: now.toISOString() }
}

function timerMessage(
  machine: string,
  key: string,
  wake: Extract<LifecycleAction, { kind: 'wake' }>,
  now: Date,
): OutgoingMessage {
  const at = new Date(now.getTime() + wake.after).toISOString()
  return {
    subject: subjects.lifecycleTimer(machine, key, wake.timer),
    headers: {
      [natsHeader.schedule]: `@at ${at}`,
      [natsHeader.scheduleTarget]: subjects.lifecycle(machine, key),
      [lifecycleHeader.messageId]: `${wake.timer}@${at}`,
    },
    body: JSON.stringify(wake.event),
  }
}

function written(next: LifecycleState): [string, string, string, string] {
  const tags = `{${next.tags.map((tag) => JSON.stringify(tag)).join(',')}}`
  return [stateJson(next.state), stateJson(next.snapshot), next.status, tags]
}

/** What a lifecycle is: to store less than all of it would be another lifecycle. */
function stateJson(value: unknown): string {
  const json = storableJson(value)
  if (json === undefined || json === 'null')
    throw new Error('the state of the lifecycle is nested too deeply')
  return json
}

function endedAt(transition: Transition, now: Date): Date | null {
  return transition.lifecycle.status === 'active' ? null : now
}
