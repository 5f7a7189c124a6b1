import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { NatsSettings } from '../service/nats-connection.ts'
import type { HeartbeatTask } from './heartbeat-thread.ts'
import { LeaseBoard } from './lease-board.ts'

/** The leases of this process and the thread that keeps them. */
export class Heartbeat {
  readonly board = new LeaseBoard()
  readonly #nats: NatsSettings
  readonly #interval: number
  #thread: Worker | undefined

  /**
   * @param ackWait the time after which the server gives a job to somebody else, milliseconds: three signs of life fit into it,
   * and one may get lost.
   */
  constructor(nats: NatsSettings, ackWait: number) {
    this.#nats = nats
    this.#interval = Math.floor(ackWait / 4)
  }

  /** Starts the thread. Jobs may be taken at once; their first sign of life is due only after an interval. */
  start(onError: (error: unknown) => void): void {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const task: HeartbeatTask = { nats: this.#nats, memory: this.board.memory, interval: this.#interval }
    this.#thread = new Worker(new URL(`./heartbeat-thread.${extension}`, import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    })
    this.#thread.on('error', (error) => {
      onError(error)
      this.start(onError)
    })
  }

  async stop(): Promise<void> {
    const thread = this.#thread
    if (!thread) return
    thread.removeAllListeners('error')
    const ended = once(thread, 'exit')
    thread.postMessage('stop')
    await ended
  }
}
