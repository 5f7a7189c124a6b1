import type { AskedLimit, Claim } from '../../admission/claim.ts'
import type { CalledJob, ClaimAnswer, Claimant, HeldSlot, Limits } from '../../admission/limit-store.ts'

interface Slot {
  sequence: number | null
  place: string
  checkedAt: number
}

interface Lane {
  readonly limits: readonly AskedLimit[]
  /** The bucket that is full. */
  bucket: string
  /** The smallest is next. */
  turn: number
}

interface Parked {
  lane: string | undefined
  position: number
  turn: number | undefined
  place: string
  stored: boolean
  calledAt: number | undefined
}

type Bucket = Pick<AskedLimit, 'name' | 'key'>

/**
 * The limits in memory: what the functions `limits_*.sql` decide, decided the same. There is one process and every decision is one
 * step, so nothing is locked. That both decide alike is tested with one random course of events for both.
 */
export class MemoryLimits implements Limits {
  readonly #slots = new Map<string, Map<string, Slot>>()
  /** For a rate: when the bucket would be full again, milliseconds. */
  readonly #fullAt = new Map<string, number>()
  /** Times that rates have given away, by job and bucket. */
  readonly #tokens = new Map<string, Map<string, number>>()
  readonly #lanes = new Map<string, Lane>()
  readonly #parked = new Map<string, Parked>()
  #turn = 0
  #position = 0

  async claim(claim: Claim, by: Claimant, now: Date): Promise<ClaimAnswer> {
    const time = now.getTime()
    const first = by.order?.first
    const known = this.#parked.get(by.jobId)
    const called =
      known?.lane !== undefined && known.calledAt === undefined
        ? this.#callAll(claim.limits, first, time)
        : []
    const common = { was_parked: known !== undefined, called }
    const full = this.#fullBucket(claim.limits, by, known)
    if (full) {
      const { name, key } = full
      called.push(...this.#park(claim, by, full, time))
      return { kind: 'parked', name, key, ...common }
    }
    const latest = this.#takeTokens(claim.limits, by.jobId, time)
    if (latest && latest.at > time) {
      this.#parkUntil(claim, by)
      called.push(...this.#callAll(claim.limits, undefined, time))
      const { name, key } = latest
      return { kind: 'later', name, key, until: new Date(latest.at), ...common }
    }
    const slot = { sequence: by.sequence, place: by.place, checkedAt: time }
    for (const limit of claim.limits) if ('max' in limit) this.#slotsOf(limit).set(by.jobId, { ...slot })
    this.#parked.delete(by.jobId)
    return { kind: 'granted', name: '', key: '', ...common }
  }

  async leave(
    jobId: string | null,
    limits: readonly AskedLimit[],
    first: number | undefined,
    now: Date,
  ): Promise<readonly CalledJob[]> {
    if (jobId !== null) this.#drop(jobId)
    return this.#callAll(limits, first, now.getTime())
  }

  async confirmParked(jobId: string): Promise<boolean> {
    const parked = this.#parked.get(jobId)
    if (parked) parked.stored = true
    return parked?.calledAt !== undefined
  }

  async notArrived(before: Date, most: number): Promise<readonly (CalledJob & { stored: boolean })[]> {
    return [...this.#parked]
      .filter(([, { calledAt }]) => calledAt !== undefined && calledAt < before.getTime())
      .sort(([, a], [, b]) => (a.calledAt ?? 0) - (b.calledAt ?? 0))
      .slice(0, most)
      .map(([job_id, { place, stored }]) => ({ job_id, place, stored }))
  }

  async waitingWithRoom(
    limits: readonly { readonly name: string; readonly max: number }[],
    most: number,
  ): Promise<readonly { name: string; key: string; max: number }[]> {
    const buckets = [...new Set([...this.#lanes.values()].map(({ bucket }) => bucket))].sort().map(readBucket)
    return buckets
      .flatMap((bucket) => {
        const max = limits.find(({ name }) => name === bucket.name)?.max
        return max === undefined || this.#slotsOf(bucket).size >= max ? [] : [{ ...bucket, max }]
      })
      .slice(0, most)
  }

  async slotsToCheck(before: Date, now: Date, most: number): Promise<readonly HeldSlot[]> {
    const stale = [...this.#slots.values()]
      .flatMap((slots) => [...slots])
      .filter(([, { checkedAt }]) => checkedAt < before.getTime())
      .slice(0, most)
    return stale.map(([job_id, slot]) => {
      slot.checkedAt = now.getTime()
      const { sequence, place } = slot
      return { job_id, sequence: sequence === null ? null : String(sequence), place }
    })
  }

  async forget(jobId: string): Promise<void> {
    this.#drop(jobId)
  }

  /** An unused bucket costs nothing here. */
  async tidy(): Promise<void> {}

  #drop(jobId: string): void {
    for (const slots of this.#slots.values()) slots.delete(jobId)
    this.#tokens.delete(jobId)
    this.#parked.delete(jobId)
  }

  /** The first of its limits that keeps a job from starting. */
  #fullBucket(
    limits: readonly AskedLimit[],
    { jobId, order }: Claimant,
    parked: Parked | undefined,
  ): Bucket | undefined {
    const isLaterInOrder = order?.first !== undefined && order.first < order.rank
    return sorted(limits).find((limit) => {
      if (!('max' in limit) || this.#slotsOf(limit).has(jobId)) return false
      if (isLaterInOrder || this.#slotsOf(limit).size >= limit.max) return true
      return parked?.calledAt === undefined && this.#hasWaiting(limit)
    })
  }

  /** Whether a job that was not called waits for a bucket: a newcomer does not overtake it. */
  #hasWaiting(bucket: Bucket): boolean {
    return this.#lanesAt(bucket).some(([name]) => this.#firstOf(name) !== undefined)
  }

  #park(claim: Claim, by: Claimant, full: Bucket, now: number): CalledJob[] {
    const { jobId, order } = by
    for (const slots of this.#slots.values()) slots.delete(jobId)
    const before = this.#parked.get(jobId)
    const turn = before?.turn ?? ++this.#turn
    const position = before?.position ?? order?.rank ?? ++this.#position
    const place = claim.parking
    const entry = {
      lane: claim.lane,
      position,
      turn: before?.turn,
      place,
      stored: false,
      calledAt: undefined,
    }
    this.#parked.set(jobId, entry)
    const lane = this.#lanes.get(claim.lane)
    if (!lane) this.#lanes.set(claim.lane, { limits: claim.limits, bucket: bucketOf(full), turn })
    if (before?.calledAt === undefined) return []
    if (lane) Object.assign(lane, { bucket: bucketOf(full), turn: Math.min(lane.turn, turn) })
    return this.#callAll(claim.limits, undefined, now)
  }

  #parkUntil(claim: Claim, { jobId }: Claimant): void {
    for (const slots of this.#slots.values()) slots.delete(jobId)
    const before = this.#parked.get(jobId)
    const position = before?.position ?? ++this.#position
    const parked = { lane: undefined, position, turn: before?.turn, place: claim.parking, stored: true }
    this.#parked.set(jobId, { ...parked, calledAt: undefined })
  }

  /** GCRA: each bucket gives away its next free time, which may lie ahead. The latest of them counts. */
  #takeTokens(
    limits: readonly AskedLimit[],
    jobId: string,
    now: number,
  ): (Bucket & { at: number }) | undefined {
    const own = this.#tokens.get(jobId) ?? new Map<string, number>()
    for (const limit of limits) {
      const bucket = bucketOf(limit)
      if ('max' in limit || own.has(bucket)) continue
      const full = this.#fullAt.get(bucket)
      this.#fullAt.set(bucket, Math.max(full ?? now, now) + limit.step)
      own.set(bucket, Math.max(now, (full ?? now) - limit.step * (limit.burst - 1)))
      this.#tokens.set(jobId, own)
    }
    const [latest] = [...own].sort(([, a], [, b]) => b - a)
    return latest && { ...readBucket(latest[0]), at: latest[1] }
  }

  #callAll(limits: readonly AskedLimit[], first: number | undefined, now: number): CalledJob[] {
    return sorted(limits).flatMap((limit) => ('max' in limit ? this.#call(limit, limits, first, now) : []))
  }

  /** Calls the lanes that wait for a bucket as long as it has room; a job that is called has its slots from then on. */
  #call(
    bucket: Bucket & { readonly max: number },
    locked: readonly AskedLimit[],
    first: number | undefined,
    now: number,
  ): CalledJob[] {
    const called: CalledJob[] = []
    while (this.#slotsOf(bucket).size < bucket.max) {
      const [next] = this.#lanesAt(bucket).sort(([, a], [, b]) => a.turn - b.turn)
      if (!next) break
      const [name, lane] = next
      const found = this.#firstOf(name)
      if (!found) {
        this.#lanes.delete(name)
        continue
      }
      const [jobId, parked] = found
      if (first !== undefined && parked.position > first) break
      const needed = sorted(locked).flatMap((limit) =>
        'max' in limit && lane.limits.some((one) => bucketOf(one) === bucketOf(limit)) ? [limit] : [],
      )
      const full = needed.find((limit) => this.#slotsOf(limit).size >= limit.max)
      if (full) {
        lane.bucket = bucketOf(full)
        continue
      }
      const { place } = parked
      for (const limit of needed) this.#slotsOf(limit).set(jobId, { sequence: null, place, checkedAt: now })
      Object.assign(parked, { calledAt: now, turn: lane.turn })
      lane.turn = ++this.#turn
      called.push({ job_id: jobId, place })
    }
    return called
  }

  #lanesAt(bucket: Bucket): [string, Lane][] {
    return [...this.#lanes].filter(([, lane]) => lane.bucket === bucketOf(bucket))
  }

  #firstOf(lane: string): [string, Parked] | undefined {
    return [...this.#parked]
      .filter(([, parked]) => parked.lane === lane && parked.calledAt === undefined)
      .sort(([, a], [, b]) => a.position - b.position)[0]
  }

  #slotsOf(bucket: Bucket): Map<string, Slot> {
    const id = bucketOf(bucket)
    const slots = this.#slots.get(id) ?? new Map<string, Slot>()
    this.#slots.set(id, slots)
    return slots
  }
}

function bucketOf({ name, key }: Bucket): string {
  return JSON.stringify([name, key])
}

function readBucket(id: string): { name: string; key: string } {
  const [name, key] = JSON.parse(id) as [string, string]
  return { name, key }
}

function sorted(limits: readonly AskedLimit[]): readonly AskedLimit[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return limits.toSorted((a, b) => compare(a.name, b.name) || compare(a.key, b.key))
}
