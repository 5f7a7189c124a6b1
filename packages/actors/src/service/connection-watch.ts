import { guarded } from '../transport/guard.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { RunningService } from './actors.ts'

/** Follows the connection to NATS: whether it is up, and how often it was restored. */
export class ConnectionWatch {
  readonly #runtime: WorkerRuntime
  readonly #services: readonly RunningService[]
  #downSince: number | undefined
  #reconnects = 0

  constructor(runtime: WorkerRuntime, services: readonly RunningService[]) {
    this.#runtime = runtime
    this.#services = services
  }

  get isUp(): boolean {
    return this.#downSince === undefined
  }

  get reconnects(): number {
    return this.#reconnects
  }

  /** Reports losses and reconnects until the connection is closed. */
  async follow(): Promise<void> {
    for await (const status of this.#runtime.nats.status()) {
      if (status.type === 'disconnect') this.#lost()
      if (status.type === 'reconnect') this.#restored()
    }
  }

  #lost(): void {
    this.#downSince ??= this.#runtime.clock.now().getTime()
    this.#runtime.log.warn('the connection to NATS is lost; reconnecting')
  }

  #restored(): void {
    const downSince = this.#downSince ?? 0
    this.#downSince = undefined
    this.#reconnects++
    this.#runtime.log.info('the connection to NATS is restored')
    for (const service of this.#services) {
      const what = `the reconnect of ${service.definition.name}`
      guarded(this.#runtime.log, what, () => service.reconnect(downSince))()
    }
  }
}
