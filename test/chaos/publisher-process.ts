import { setTimeout as delay } from 'node:timers/promises'
import { connectPublisher, job, type Publisher } from '@danbooru-jobs/contracts'
import { stableId } from '@danbooru-jobs/contracts/wire'
import { behaviourOf, chaosJob, chaosKiller } from './jobs.ts'

/**
 * Publishes the jobs of a run under stable ids, and says after each batch how far it is. It may be killed and started again from
 * there: `publisher-process.ts <name> <from> <to> <killers>`. What it is not sure of it publishes again.
 */
const [, , name = 'chaos', from = '0', to = '0', killers = '0'] = process.argv
const batchSize = 50

const publisher = await persistently(() =>
  connectPublisher({ servers: (process.env.NATS_URL ?? '').split(','), timeout: 2_000 }),
)
for (let next = Number(from); next < Number(to); next += batchSize) {
  const end = Math.min(Number(to), next + batchSize)
  if (next <= Number(to) / 2 && end > Number(to) / 2) await publishKillers(publisher)
  await persistently(() => publish(publisher, next, end))
  console.log(JSON.stringify({ msg: 'confirmed', until: end }))
}
console.log(JSON.stringify({ msg: 'all confirmed' }))
await publisher.close()
process.exit(0)

/** In the middle of the others. */
async function publishKillers(by: Publisher): Promise<void> {
  for (let n = 0; n < Number(killers); n++) {
    await persistently(() => by.enqueue(chaosKiller, { n }, { id: `${name}-killer-${n}` }))
  }
}

async function publish(by: Publisher, start: number, end: number): Promise<void> {
  const numbers = Array.from({ length: end - start }, (_, index) => start + index)
  // Every other batch job by job, so that both ways are tried.
  if ((start / batchSize) % 2 === 0) {
    const jobs = (function* () {
      for (let n = 0; n < end; n++) yield job(chaosJob, { n, behaviour: behaviourOf(n) })
    })()
    await by.enqueueMany(jobs, { id: name, startAt: start, chunkSize: batchSize })
  } else {
    await Promise.all(
      numbers.map((n) => by.enqueue(chaosJob, { n, behaviour: behaviourOf(n) }, { id: stableId(name, n) })),
    )
  }
}

async function persistently<Value>(what: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await what()
    } catch (error) {
      console.log(JSON.stringify({ msg: 'again', error: String(error) }))
      await delay(250)
    }
  }
}
