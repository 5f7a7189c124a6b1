/** Lets everything run that is ready to run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** The same for who waits for a database or a disk: it is not asked about in a hot loop. */
export function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}
