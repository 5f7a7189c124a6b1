import { connect as connectTcp } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { streamName } from '@danbooru-jobs/contracts/wire'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

const filler = 'CHAOS_FILLER'
/** Below the largest message of a server, 1 MiB. */
const fillerBytes = 900_000

/** Fills the store of the server with a stream of another program, and removes that after a time, milliseconds. */
export async function fillStore(servers: string, last: number): Promise<void> {
  await withManager(servers, async (jsm) => {
    const js = jsm.jetstream()
    await jsm.streams.add({ name: filler, subjects: ['chaos.filler'] })
    try {
      for (let size = fillerBytes; size > 1_000; size = Math.floor(size / 4)) await publishUntilFull(size)
      await delay(last)
    } finally {
      await jsm.streams.delete(filler)
    }

    async function publishUntilFull(size: number): Promise<void> {
      for (;;) {
        const stored = await js.publish('chaos.filler', new Uint8Array(size)).catch(() => undefined)
        if (stored === undefined) return
      }
    }
  })
}

/** Publishes a job that no client library can read, over a connection without one. Its number is that of no job of the run. */
export function publishBadHeaders(port: number): Promise<void> {
  const body = '{"n":-1,"behaviour":"plain"}'
  const block = 'NATS/1.0\r\nMy Header: x\r\n\r\n'
  const message = `HPUB jobs.chaos-job ${block.length} ${block.length + body.length}\r\n${block}${body}\r\n`
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.end(`CONNECT {"verbose":false,"headers":true}\r\n${message}PING\r\n`)
    })
    // A server that is down gets no message: another fault is at work.
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
    socket.resume()
  })
}

/** Deletes the consumer of a job type, as an operator may do by mistake. */
export async function deleteConsumer(servers: string, type: string): Promise<void> {
  await withManager(servers, (jsm) => jsm.consumers.delete(streamName.jobs, type).catch(() => false))
}

/** A server that is down is left alone: another fault is at work. */
async function withManager(
  servers: string,
  work: (jsm: JetStreamManager) => Promise<unknown>,
): Promise<void> {
  const connection = await connect({ servers: servers.split(','), timeout: 2_000 }).catch(() => undefined)
  if (connection === undefined) return
  try {
    await work(await jetstreamManager(connection, { checkAPI: false, timeout: 5_000 }))
  } catch (error) {
    console.error('a disturbance of NATS failed:', error)
  } finally {
    await connection.close()
  }
}
