import { ExpectedError } from '../expected-error.ts'

/** What nats-server and PostgreSQL have in common here. */
interface Restartable {
  readonly url: string
  readonly exited: Promise<string>
  stop(): Promise<void>
  kill9(): Promise<void>
  restart(): Promise<Restartable>
}

/** A server that is started again when it ends without a request to stop. */
export interface KeptRunning {
  readonly url: string
  /** Rejected when the server ends again and again, or cannot be started again. */
  readonly failed: Promise<never>
  stop(): Promise<void>
  kill9(): Promise<void>
}

/** Whether a server that ended at these times (ms, oldest first) is not started again: five times within a minute. */
export function endsTooOften(ends: readonly number[]): boolean {
  const fifthLast = ends.at(-5)
  const last = ends.at(-1)
  return fifthLast !== undefined && last !== undefined && last - fifthLast < 60_000
}

/** Starts a server again, on the same port and data, whenever it ends without having been asked to. */
export function keepRunning(name: string, first: Restartable, now: () => number = Date.now): KeptRunning {
  let server = first
  let stopping = false
  const ends: number[] = []
  const supervise = async (): Promise<never> => {
    for (;;) {
      const how = await server.exited
      if (stopping) return new Promise(() => undefined)
      ends.push(now())
      if (endsTooOften(ends)) throw new ExpectedError(`${name} ends again and again (${how}).`)
      console.error(`${name} has ended (${how}) and is started again.`)
      server = await server.restart()
      if (stopping) await server.stop()
    }
  }
  const failed = supervise()
  failed.catch(() => undefined)
  const end = (how: 'stop' | 'kill9') => () => {
    stopping = true
    return server[how]()
  }
  return { url: first.url, failed, stop: end('stop'), kill9: end('kill9') }
}
