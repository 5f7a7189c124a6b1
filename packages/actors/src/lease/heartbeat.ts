import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ackWait, milliseconds } from '@danbooru-jobs/contracts'
import type { NatsSettings } from '../service/nats-connection.ts'
import type { HeartbeatTask } from './heartbeat-thread.ts'
import { LeaseBoard } from './lease-board.ts'

/** Three signs of life fit in the time after which the server gives a job to somebody else, and one may get lost. */
const interval = Math.floor(milliseconds(ackWait) / 4)

/** The leases of this process and the thread that keeps them. */
export class Heartbeat {
  readonly board = new LeaseBoard()
  readonly #nats: NatsSettings
  #thread: Worker | undefined

  constructor(nats: NatsSettings) {
    this.#nats = nats
  }

  /** Starts the thread. Jobs may be taken at once; their first sign of life is due only after an interval. */
  start(onError: (error: unknown) => void): void {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const task: HeartbeatTask = { nats: this.#nats, memory: this.board.memory, interval }
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
