import { Worker } from 'node:worker_threads'
import type { NatsSettings } from '../transport/nats-connection.ts'
import type { HeartbeatTask } from './heartbeat-thread.ts'
import { LeaseBoard } from './lease-board.ts'

/** With less time than this between two heartbeats, milliseconds, a thread that starts with the first job could miss them. */
const leastTimeToStart = 2_000
/** How long nothing must have been held before the thread ends, milliseconds. */
const restAfter = 60_000

/**
 * The leases of this process and the thread that keeps them. A thread costs 14 MB, so there is one only while there are jobs: it starts
 * with the first one, by itself even if that job's handler computes and never lets go of the main thread.
 */
export class Heartbeat {
  readonly board: LeaseBoard
  readonly #nats: NatsSettings
  readonly #interval: number
  #onError: ((error: unknown) => void) | undefined
  #thread: Worker | undefined
  #ending: Promise<unknown> = Promise.resolve()
  #wasUsed = false
  #usedAt = 0

  /**
   * @param ackWait the time after which the server redelivers a job to another worker, milliseconds: three heartbeats fit into it,
   * and one may get lost.
   */
  constructor(nats: NatsSettings, ackWait: number) {
    this.#nats = nats
    this.#interval = Math.floor(ackWait / 4)
    this.board = new LeaseBoard({ onFirst: () => this.#use() })
  }

  get isBeating(): boolean {
    return this.#thread !== undefined
  }

  /**
   * From now on what is held is kept.
   *
   * @param onError hears why the thread has died, or cannot connect yet.
   */
  start(onError: (error: unknown) => void): void {
    this.#onError = onError
    if (this.#startsAtOnce || this.board.held > 0) this.#launch()
  }

  /** To be called about once a second: ends a thread that has nothing to do, and replaces one that failed. */
  tick(now: number): void {
    if (this.#wasUsed || this.board.held > 0) this.#usedAt = now
    this.#wasUsed = false
    if (this.board.held > 0 || this.#startsAtOnce) this.#launch()
    else if (now - this.#usedAt > restAfter) this.#end()
  }

  async stop(): Promise<void> {
    this.#onError = undefined
    this.#end()
    await this.#ending
  }

  get #startsAtOnce(): boolean {
    return this.#interval < leastTimeToStart
  }

  #use(): void {
    this.#wasUsed = true
    this.#launch()
  }

  #launch(): void {
    const onError = this.#onError
    if (this.#thread || !onError) return
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const task: HeartbeatTask = { nats: this.#nats, memory: this.board.memory, interval: this.#interval }
    const thread = new Worker(new URL(`./heartbeat-thread.${extension}`, import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1 },
    })
    thread.on('message', (problem) => onError(problem))
    thread.on('error', (error) => {
      if (this.#thread === thread) this.#thread = undefined
      onError(error)
    })
    this.#thread = thread
  }

  #end(): void {
    const thread = this.#thread
    if (!thread) return
    this.#thread = undefined
    thread.removeAllListeners('error')
    // A thread that fails while it ends has ended.
    thread.on('error', () => undefined)
    const ended = new Promise((resolve) => thread.once('exit', resolve))
    this.#ending = Promise.all([this.#ending, ended])
    thread.postMessage('stop')
  }
}
