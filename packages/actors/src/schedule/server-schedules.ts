import { PublishRefusedError } from '@danbooru-jobs/contracts'
import {
  type CronRule,
  cronMessage,
  cronRuleOf,
  publishMessage,
  type ScheduleReference,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { isNotFound } from '../transport/not-found.ts'

const publishTimeout = 5_000

/** The schedules that the NATS server keeps, of one set. Those of others are not seen. */
export class ServerSchedules {
  readonly #nats: NatsConnection
  readonly #jsm: JetStreamManager
  readonly #set: string

  constructor(nats: NatsConnection, jsm: JetStreamManager, set: string) {
    this.#nats = nats
    this.#jsm = jsm
    this.#set = set
  }

  /** The rules by the subject of their schedules. */
  async stored(): Promise<ReadonlyMap<string, CronRule>> {
    const found = new Map<string, CronRule>()
    try {
      const filter = { multi_last: [subjects.cronOfSet(this.#set)] }
      const messages = await this.#jsm.direct.getLastMessagesFor(streamName.schedules, filter)
      for await (const message of messages) {
        found.set(
          message.subject,
          cronRuleOf((name) => message.header.get(name)),
        )
      }
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    return found
  }

  /** @throws PublishRefusedError if the server does not understand the rule. */
  async put(reference: ScheduleReference, rule: CronRule): Promise<void> {
    const message = cronMessage(reference, rule)
    const reply = await publishMessage(this.#nats, message, publishTimeout)
    if (reply.kind === 'error') throw new PublishRefusedError(message.subject, reply.code, reply.description)
  }

  async remove(subject: string): Promise<void> {
    await this.#jsm.streams.purge(streamName.schedules, { filter: subject })
  }

  /**
   * Makes the server's schedules of this set the same as `wanted`. Those that are right already are not touched.
   *
   * @returns the subjects that were changed.
   */
  async match(wanted: readonly { readonly name: string; readonly rule: CronRule }[]): Promise<string[]> {
    const stored = await this.stored()
    const changes = planServer(this.#set, wanted, stored)
    for (const { name, rule } of changes.put) await this.put({ set: this.#set, name }, rule)
    for (const subject of changes.remove) await this.remove(subject)
    return [...changes.put.map(({ name }) => subjects.cron(this.#set, name)), ...changes.remove]
  }
}

/** What must be published and removed so that the server keeps what is wanted. Pure. */
export function planServer(
  set: string,
  wanted: readonly { readonly name: string; readonly rule: CronRule }[],
  stored: ReadonlyMap<string, CronRule>,
) {
  const wantedSubjects = new Set(wanted.map(({ name }) => subjects.cron(set, name)))
  return {
    put: wanted.filter(({ name, rule }) => !sameRule(stored.get(subjects.cron(set, name)), rule)),
    remove: [...stored.keys()].filter((subject) => !wantedSubjects.has(subject)),
  }
}

function sameRule(stored: CronRule | undefined, rule: CronRule): boolean {
  return stored?.cron === rule.cron && stored.timeZone === rule.timeZone
}
