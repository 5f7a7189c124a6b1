import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { NatsSettings } from '../service/nats-connection.ts'
import type { HeartbeatTask } from './heartbeat-thread.ts'
import { LeaseBoard } from './lease-board.ts'

/** Between the death of the thread and the next one, milliseconds. */
const restartPause = 1_000

/** The leases of this process and the thread that keeps them. */
export class Heartbeat {
  readonly board = new LeaseBoard()
  readonly #nats: NatsSettings
  readonly #interval: number
  #thread: Worker | undefined
  #restart: NodeJS.Timeout | undefined

  /**
   * @param ackWait the time after which the server gives a job to somebody else, milliseconds: three signs of life fit into it,
   * and one may get lost.
   */
  constructor(nats: NatsSettings, ackWait: number) {
    this.#nats = nats
    this.#interval = Math.floor(ackWait / 4)
  }

  /**
   * Starts the thread, and starts it again after a pause should it die. Jobs may be taken at once; their first sign of life is due only
   * after an interval.
   *
   * @param onError hears why the thread has died, or cannot connect yet.
   */
  start(onError: (error: unknown) => void): void {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const task: HeartbeatTask = { nats: this.#nats, memory: this.board.memory, interval: this.#interval }
    this.#thread = new Worker(new URL(`./heartbeat-thread.${extension}`, import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    })
    this.#thread.on('message', (said: 'beating' | { readonly problem: unknown }) => {
      if (said !== 'beating') onError(said.problem)
    })
    this.#thread.on('error', (error) => {
      onError(error)
      this.#thread = undefined
      this.#restart = setTimeout(() => this.start(onError), restartPause)
    })
  }

  async stop(): Promise<void> {
    clearTimeout(this.#restart)
    const thread = this.#thread
    if (!thread) return
    thread.removeAllListeners('error')
    const ended = once(thread, 'exit')
    thread.postMessage('stop')
    await ended
  }
}
