import { connect } from '@nats-io/transport-node'
import { payloadOf, required } from './side.ts'

/**
 * The limit of latency: a core NATS request to another process and its answer, with the payload of a job. One process of its own
 * answers (`answer`), another asks every `every` milliseconds and prints its times (`ask <count> <every>`).
 */
async function answer(): Promise<void> {
  const connection = await connect({ servers: required('NATS_URL') })
  const subscription = connection.subscribe('round-trip')
  await connection.flush()
  process.send?.('ready')
  for await (const message of subscription) message.respond(message.data)
}

async function ask(count: number, every: number): Promise<void> {
  const connection = await connect({ servers: required('NATS_URL') })
  const times: number[] = []
  const begin = performance.now()
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begin + n * every - performance.now())))
    const body = JSON.stringify(payloadOf(n))
    const start = performance.now()
    await connection.request('round-trip', body)
    times.push(performance.now() - start)
  }
  await connection.close()
  process.send?.(times)
}

const [, , role, count, every] = process.argv
if (role === 'answer') await answer()
else await ask(Number(count), Number(every))
