import { commandLine, parentOf } from '../process/process-table.ts'

/**
 * Whether a request to stop is a second one. One Ctrl-C arrives several times within moments: from the terminal,
 * and forwarded by npm.
 */
export function isSecondRequest(first: number | undefined, now: number): boolean {
  return first !== undefined && now - first > 1_000
}

/**
 * Aborted by the first Ctrl-C, SIGTERM or SIGHUP, and when the process that started this one is gone.
 *
 * @param force called by a second Ctrl-C
 */
export function stopSignal(force: () => void): AbortSignal {
  const controller = new AbortController()
  let first: number | undefined
  const request = () => {
    const now = Date.now()
    if (isSecondRequest(first, now)) force()
    first ??= now
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, request)
  // The command line's launcher holds the other end of this channel.
  process.once('disconnect', request)
  if (process.env.npm_lifecycle_event !== undefined) void whenOrphaned(request)
  return controller.signal
}

/**
 * Under `npm start`, npm is the parent, or the parent of the shell in between. When npm has been killed, no
 * other process would stop this one.
 */
async function whenOrphaned(then: () => void): Promise<void> {
  const chain = await ancestors()
  const watch = setInterval(async () => {
    const now = await ancestors()
    if (now.join() === chain.join()) return
    clearInterval(watch)
    then()
  }, 500)
  watch.unref()
}

async function ancestors(): Promise<number[]> {
  const parent = process.ppid
  const isShell = /^\S*sh -c /.test((await commandLine(parent)) ?? '')
  const grandparent = isShell ? await parentOf(parent) : undefined
  return grandparent === undefined ? [parent] : [parent, grandparent]
}
