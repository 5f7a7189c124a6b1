/** How a board is made. */
export interface LeaseBoardOptions {
  /** A board made by another thread; by default a new one. */
  readonly memory?: SharedArrayBuffer
  /** How many leases a new board has room for. Default 4,096. */
  readonly slots?: number
  /** Called when a lease is taken while none is held. */
  readonly onFirst?: () => void
}

/**
 * The leases that a process holds, in memory that its heartbeat thread can read while the main thread computes.
 *
 * A slot holds one delivered message: when its job was taken, and the subject on which heartbeats are sent. The
 * main thread takes and frees slots; the heartbeat thread only reads. No lock is needed: a slot's text is written before
 * its time, and a heartbeat for a job that has just ended is ignored by the server.
 */
export class LeaseBoard {
  readonly memory: SharedArrayBuffer
  readonly #times: BigInt64Array
  readonly #lengths: Int32Array
  readonly #texts: Uint8Array
  readonly #free: number[] = []
  readonly #encoder = new TextEncoder()
  readonly #onFirst: (() => void) | undefined

  constructor({ memory, slots = 4_096, onFirst }: LeaseBoardOptions = {}) {
    this.#onFirst = onFirst
    this.memory = memory ?? new SharedArrayBuffer(slots * slotBytes)
    const count = this.memory.byteLength / slotBytes
    this.#times = new BigInt64Array(this.memory, 0, count)
    this.#lengths = new Int32Array(this.memory, count * 8, count)
    this.#texts = new Uint8Array(this.memory, count * 12)
    for (let slot = count - 1; slot >= 0; slot--) this.#free.push(slot)
  }

  /** How many leases this thread has taken and not freed. */
  get held(): number {
    return this.#times.length - this.#free.length
  }

  /**
   * Notes that a message is held since `now` (milliseconds).
   *
   * @returns the slot to free later; −1 when the board is full or the subject too long, in which case the message simply
   * has no heartbeat and comes back after `ack_wait`.
   */
  take(replySubject: string, now: number): number {
    const slot = this.#free.pop()
    if (slot === undefined) return -1
    const { read, written } = this.#encoder.encodeInto(replySubject, this.#text(slot))
    if (read < replySubject.length) {
      this.#free.push(slot)
      return -1
    }
    this.#lengths[slot] = written
    Atomics.store(this.#times, slot, BigInt(now))
    if (this.held === 1) this.#onFirst?.()
    return slot
  }

  free(slot: number): void {
    if (slot < 0) return
    Atomics.store(this.#times, slot, 0n)
    this.#free.push(slot)
  }

  /** The subjects of all messages held since `before` (milliseconds) or longer. */
  heldSince(before: number): string[] {
    const limit = BigInt(before)
    const held: string[] = []
    for (let slot = 0; slot < this.#times.length; slot++) {
      const since = Atomics.load(this.#times, slot)
      if (since === 0n || since > limit) continue
      const bytes = this.#text(slot).slice(0, this.#lengths[slot])
      held.push(new TextDecoder().decode(bytes))
    }
    return held
  }

  #text(slot: number): Uint8Array {
    return this.#texts.subarray(slot * textBytes, (slot + 1) * textBytes)
  }
}

const textBytes = 244
const slotBytes = 8 + 4 + textBytes
