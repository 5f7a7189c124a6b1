import { natsHeader, serverCode } from '@danbooru-jobs/contracts/wire'
import type { StreamConfig } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { Packet } from './packet.ts'
import { matches, matchesAny } from './subject-match.ts'

/** A message in a stream. */
export interface StoredMessage {
  readonly sequence: number
  readonly subject: string
  readonly headers: MsgHdrs
  readonly data: Uint8Array
  /** Milliseconds. */
  readonly storedAt: number
}

/** What the stream says to a publish; `code` is the server's own `err_code`. */
export type Stored =
  | { readonly kind: 'stored'; readonly sequence: number; readonly duplicate: boolean }
  | { readonly kind: 'staged' }
  | { readonly kind: 'refused'; readonly code: number; readonly description: string }

const wrongLastSequence = (last: number): Stored => ({
  kind: 'refused',
  code: serverCode.wrongLastSequence,
  description: `wrong last sequence: ${last}`,
})

/**
 * A stream in memory: deduplicates by message id, checks the expected last sequence of a subject, takes atomic batches and keeps one
 * schedule per subject, as the NATS server does (ADR-50, ADR-51).
 */
export class MemoryStream {
  config: StreamConfig
  readonly created: Date
  readonly #messages = new Map<number, StoredMessage>()
  readonly #ids = new Map<string, { readonly sequence: number; readonly at: number }>()
  readonly #batches = new Map<string, Packet[]>()
  #last = 0

  constructor(config: StreamConfig, created: Date) {
    this.config = config
    this.created = created
  }

  get lastSequence(): number {
    return this.#last
  }

  get size(): number {
    return this.#messages.size
  }

  owns(subject: string): boolean {
    return matchesAny(this.config.subjects, subject)
  }

  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence)
  }

  /** Oldest first, from a sequence on. */
  *matching(filters: readonly string[], from = 0): Generator<StoredMessage> {
    for (const message of this.#messages.values()) {
      if (message.sequence >= from && matchesAny(filters, message.subject)) yield message
    }
  }

  lastOf(filter: string): StoredMessage | undefined {
    return [...this.#messages.values()].findLast((message) => matches(filter, message.subject))
  }

  remove(sequence: number): boolean {
    return this.#messages.delete(sequence)
  }

  /** @param before only messages with a smaller sequence. */
  purge(filter: string | undefined, before = Number.POSITIVE_INFINITY): number {
    const gone = [...this.matching([filter ?? '>'])].filter(({ sequence }) => sequence < before)
    for (const { sequence } of gone) this.#messages.delete(sequence)
    return gone.length
  }

  /** Stores a message, a whole batch with its last message, or nothing. */
  publish(packet: Packet, now: number, stored: (message: StoredMessage) => void): Stored {
    const batch = packet.headers?.get(natsHeader.batchId)
    if (!batch) return this.#storeOne(packet, now, stored)
    const members = [...(this.#batches.get(batch) ?? []), packet]
    this.#batches.set(batch, members)
    if (packet.headers?.get(natsHeader.batchCommit) !== '1') return { kind: 'staged' }
    this.#batches.delete(batch)
    for (const member of members) {
      if (this.#duplicateOf(member, now) !== undefined)
        return {
          kind: 'refused',
          code: serverCode.batchDuplicate,
          description: 'batch publish contains duplicate message id',
        }
      const refused = this.#refusal(member)
      if (refused) return refused
    }
    for (const member of members) this.#append(member, now, stored)
    return { kind: 'stored', sequence: this.#last, duplicate: false }
  }

  #storeOne(packet: Packet, now: number, stored: (message: StoredMessage) => void): Stored {
    const duplicate = this.#duplicateOf(packet, now)
    if (duplicate !== undefined) return { kind: 'stored', sequence: duplicate, duplicate: true }
    const refused = this.#refusal(packet)
    if (refused) return refused
    return { kind: 'stored', sequence: this.#append(packet, now, stored), duplicate: false }
  }

  #duplicateOf(packet: Packet, now: number): number | undefined {
    const known = this.#ids.get(packet.headers?.get(natsHeader.msgId) ?? '')
    const window = Number(this.config.duplicate_window ?? 0) / 1_000_000
    return known !== undefined && now - known.at < window ? known.sequence : undefined
  }

  #refusal(packet: Packet): Stored | undefined {
    const expected = packet.headers?.get(natsHeader.expectedLastSubjectSequence)
    if (!expected) return undefined
    const filter = packet.headers?.get(natsHeader.expectedLastSubjectSequenceSubject) || packet.subject
    const last = this.lastOf(filter)?.sequence ?? 0
    return last === Number(expected) ? undefined : wrongLastSequence(last)
  }

  #append(packet: Packet, now: number, stored: (message: StoredMessage) => void): number {
    const carried = packet.headers ?? headers()
    const replaced = carried.get(natsHeader.schedule) ? packet.subject : undefined
    const cancelled =
      carried.get(natsHeader.scheduleNext) === 'purge' ? carried.get(natsHeader.scheduler) : undefined
    for (const subject of [replaced, cancelled]) if (subject) this.purge(subject)
    this.#last += 1
    const message = {
      sequence: this.#last,
      subject: packet.subject,
      headers: carried,
      data: packet.data,
      storedAt: now,
    }
    // Of a subject that keeps one message, the newest.
    if (this.config.max_msgs_per_subject === 1) this.purge(packet.subject)
    this.#messages.set(this.#last, message)
    const id = carried.get(natsHeader.msgId)
    if (id) this.#ids.set(id, { sequence: this.#last, at: now })
    stored(message)
    return this.#last
  }
}
