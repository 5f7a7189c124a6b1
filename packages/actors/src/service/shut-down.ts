import type { Logger } from 'pino'
import type { RunningService } from './actors.ts'

/** How long aborted handlers may take to end before their jobs are put back without them, milliseconds. */
const abortGrace = 3_000

/**
 * Takes nothing new and waits for what is under way; after the grace period running jobs are aborted and put back.
 *
 * @param grace milliseconds.
 */
export async function drainServices(
  services: readonly RunningService[],
  log: Logger,
  grace: number,
): Promise<void> {
  const workers = services.flatMap((service) => service.worker ?? [])
  await Promise.all(services.map((service) => service.quiesce()))
  const idle = Promise.all(services.map((service) => service.idle())).then(() => true)
  if (await within(idle, grace)) return
  log.warn({ grace }, 'jobs still run after the grace period; they are put back')
  for (const one of workers) one.interrupt()
  if (await within(idle, abortGrace)) return
  for (const one of workers) one.abandonAll()
  await within(idle, abortGrace)
}

/** Calls back on SIGTERM and SIGINT, and exits when it is done. */
export function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}

async function within(ended: Promise<boolean>, milliseconds: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), milliseconds)
  const result = await Promise.race([ended, late.promise])
  clearTimeout(timer)
  return result
}
