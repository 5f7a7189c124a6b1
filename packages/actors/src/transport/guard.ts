import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node'
import type { Logger } from 'pino'

/** What listening needs of a process. */
export interface ListenRuntime {
  readonly nats: NatsConnection
  readonly log: Logger
}

/**
 * A callback that cannot throw. The NATS client calls its callbacks from the loop that reads the connection, and Node calls timers
 * from its event loop: an error there would stop the reader of the whole process, or the process.
 *
 * @param what what failed, for the log.
 */
export function guarded<Args extends readonly unknown[]>(
  log: Pick<Logger, 'error'>,
  what: string,
  callback: (...args: Args) => unknown,
): (...args: Args) => void {
  const failed = (error: unknown) => log.error({ err: error }, `${what} failed`)
  return (...args) => {
    try {
      const result = callback(...args)
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}

/** Subscribes so that no message can hurt another: what a callback throws is logged. */
export function listen(
  { nats, log }: ListenRuntime,
  subject: string,
  callback: (message: Msg) => unknown,
  options: { readonly queue?: string; readonly what?: string } = {},
): Subscription {
  const { queue, what = `a message to ${subject}` } = options
  const guardedCallback = guarded(log, what, callback)
  return nats.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (error, message) => {
      if (error === null) guardedCallback(message)
    },
  })
}
