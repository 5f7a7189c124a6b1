import { parentPort, workerData } from 'node:worker_threads'
import { connectNats, type NatsSettings } from '../service/nats-connection.ts'
import { LeaseBoard } from './lease-board.ts'

/** What the main thread hands to the heartbeat thread. */
export interface HeartbeatTask {
  readonly nats: NatsSettings
  readonly memory: SharedArrayBuffer
  /** Milliseconds between two rounds. */
  readonly interval: number
}

/**
 * Sends a sign of life for every lease that is held longer than one interval, from a thread and a connection of its own: a
 * handler that computes for minutes keeps its job.
 */
async function beat(task: HeartbeatTask): Promise<void> {
  const board = new LeaseBoard({ memory: task.memory })
  const connection = await connectNats({ ...task.nats, name: `${task.nats.name} heartbeat` })
  const timer = setInterval(() => {
    for (const subject of board.heldSince(Date.now() - task.interval)) connection.publish(subject, '+WPI')
  }, task.interval)
  parentPort?.once('message', async () => {
    clearInterval(timer)
    await connection.close()
    parentPort?.close()
  })
}

await beat(workerData as HeartbeatTask)
