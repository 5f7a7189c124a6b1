import { setTimeout as delay } from 'node:timers/promises'

export interface UntilOptions {
  /** Milliseconds after which waiting is given up. Default 30,000: enough for a busy machine. */
  readonly timeout?: number
  /** What is waited for, in words, for the message. */
  readonly what?: string
}

/**
 * Waits until `condition` gives something else than false, null or undefined, and gives that back. An exception in
 * the condition counts as "not yet" and is shown when time is up.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeout = 30_000, what = 'the condition' }: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const start = Date.now()
  const deadline = start + timeout
  let last: unknown
  do {
    try {
      const value = await condition()
      if (isSomething(value)) return value
      last = value
    } catch (error) {
      last = error
    }
    await delay(pause(Date.now() - start))
  } while (Date.now() < deadline)
  throw new Error(`Waited ${timeout} ms for ${what}; at last: ${String(last)}`, { cause: last })
}

/** Looks often at first, and hardly ever into what takes long: a question to a server costs the processor that the answer waits for. */
function pause(waited: number): number {
  return Math.min(50, Math.max(10, waited / 20))
}

function isSomething<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== false && value !== null && value !== undefined
}
