/** The time, injected so that tests decide what it is. */
export interface Clock {
  now(): Date
}

/** The machine's own clock: the only place that reads it. */
export const systemClock: Clock = { now: () => new Date() }

/** A source of chance in [0, 1), injected so that tests decide what it says. */
export type Random = () => number

/** A source of new ids, injected so that tests decide what they are. */
export type NewId = () => string
