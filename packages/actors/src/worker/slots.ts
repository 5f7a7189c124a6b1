/** A job that waits in this process for a slot. */
export interface Waiting {
  /** Smaller runs first. */
  readonly priority: number
  start(): void
}

/** How often the longest waiting job is taken whatever its priority, so that no job type starves. */
const fairTurn = 5

/** Picks the next of the waiting jobs, oldest first in `waiting`: by priority, but every fifth turn the oldest. */
export function pickNext(waiting: readonly Waiting[], turn: number): number {
  if (waiting.length === 0) return -1
  if (turn % fairTurn === 0) return 0
  let best = 0
  for (let index = 1; index < waiting.length; index++) {
    if ((waiting[index]?.priority ?? 0) < (waiting[best]?.priority ?? 0)) best = index
  }
  return best
}

/** The slots of a process: how many jobs it runs at once, shared by all its workers. */
export class Slots {
  readonly size: number
  #running = 0
  #turn = 0
  readonly #waiting: Waiting[] = []
  readonly #onFree = new Set<() => void>()
  #alone: Promise<void> = Promise.resolve()

  constructor(size: number) {
    this.size = size
  }

  get free(): number {
    return this.size - this.#running
  }

  /** Whether several workers share them. */
  get isShared(): boolean {
    return this.#onFree.size > 1
  }

  /** Starts the job now or as soon as a slot is free. */
  run(job: Waiting): void {
    if (this.#running < this.size) {
      this.#running++
      job.start()
    } else {
      this.#waiting.push(job)
    }
  }

  /** Gives a slot back; the next waiting job takes it. */
  release(): void {
    const index = this.#waiting.length === 0 ? -1 : pickNext(this.#waiting, ++this.#turn)
    const [next] = index < 0 ? [] : this.#waiting.splice(index, 1)
    if (next) {
      next.start()
      return
    }
    this.#running--
    if (this.#running === this.size - 1) for (const listener of this.#onFree) listener()
  }

  /** Calls back when a full house has a free slot again. */
  onFree(listener: () => void): () => void {
    this.#onFree.add(listener)
    return () => this.#onFree.delete(listener)
  }

  /** Does the work when nothing else that wants to be alone is being done in this process. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#alone.then(work)
    this.#alone = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }
}
