import type { Clock } from '../environment/environment.ts'

/** A clock that stands still until it is moved. */
export class FrozenClock implements Clock {
  #time: number

  constructor(now: Date) {
    this.#time = now.getTime()
  }

  now(): Date {
    return new Date(this.#time)
  }

  /** @throws RangeError for a time that is over: what has happened cannot be undone. */
  moveTo(milliseconds: number): void {
    if (milliseconds < this.#time) throw new RangeError('a frozen clock moves forward only')
    this.#time = milliseconds
  }
}
