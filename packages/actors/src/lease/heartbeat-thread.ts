import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectNats, type NatsSettings } from '../transport/nats-connection.ts'
import { LeaseBoard } from './lease-board.ts'

/** What the main thread hands to the heartbeat thread. */
export interface HeartbeatTask {
  readonly nats: NatsSettings
  readonly memory: SharedArrayBuffer
  /** Milliseconds between two rounds. */
  readonly interval: number
}

/** Between two attempts to connect, milliseconds. */
const connectPause = 1_000

/**
 * Sends a heartbeat for every lease that is held longer than one interval, from a thread and a connection of its own: a
 * handler that computes for minutes keeps its job.
 */
async function beat(task: HeartbeatTask): Promise<void> {
  const board = new LeaseBoard({ memory: task.memory })
  const connection = await connectForCertain({ ...task.nats, name: `${task.nats.name} heartbeat` })
  const timer = setInterval(() => {
    for (const subject of board.heldSince(Date.now() - task.interval)) connection.publish(subject, '+WPI')
  }, task.interval)
  parentPort?.removeAllListeners('message')
  parentPort?.once('message', async () => {
    clearInterval(timer)
    await connection.close()
    parentPort?.close()
  })
}

/**
 * A server that is away or slow when the thread starts is asked again indefinitely, and here: the main thread may be busy with the very job that
 * is to be kept.
 */
async function connectForCertain(settings: NatsSettings): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connectNats(settings)
    } catch (error) {
      parentPort?.postMessage(error)
      await wait(connectPause)
    }
  }
}

parentPort?.once('message', () => process.exit())
await beat(workerData as HeartbeatTask)
