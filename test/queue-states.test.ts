import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { done, retry, worker } from '@danbooru-jobs/actors'
import { readQueuesOf } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { defineJob, type JobType } from '@danbooru-jobs/contracts'
import { type UnfinishedState, unfinishedStates } from '@danbooru-jobs/contracts/wire'
import { jobHistory } from '@danbooru-jobs/job-history'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { z } from 'zod'
import { type Bed, makeBed } from '../packages/actors/test/harness.ts'
import { until } from './harness/index.ts'

const payload = z.object({ fail: z.boolean().default(false) })
const define = (name: string, delivery: object) =>
  defineJob({
    name,
    title: name,
    payload,
    delivery: { backOff: { kind: 'list', delays: ['1h'] }, ...delivery },
  })
const plain = define('states-plain', {})
const limited = define('states-limited', { limits: [{ name: 'states-site', max: 1 }] })
const counted = define('states-counted', { maxRunning: 2 })
const unique = define('states-unique', { unique: { mode: 'while-queued', key: () => 'all' } })
const paused = define('states-paused', {})
const types: readonly JobType[] = [plain, limited, counted, unique, paused]

const program = fileURLToPath(new URL('../infra/bin/danbooru-jobs.mjs', import.meta.url))
const gate = Promise.withResolvers<void>()
let bed: Bed
let failures = 0
before(async () => {
  bed = await makeBed()
  const workers = types.map((type) =>
    worker(type, async (job) => {
      if ((job as z.output<typeof payload>).fail) {
        failures++
        return retry('no luck')
      }
      await gate.promise
      return done()
    }),
  )
  await bed.run([jobHistory, outboxRelay, ...workers], { maxThreads: 50 })
})
after(async () => {
  gate.resolve()
  await bed[Symbol.asyncDispose]()
})

async function command<Value>(...args: string[]): Promise<Value> {
  const env = { ...process.env, NATS_URL: bed.nats.url, DATABASE_URL: bed.database.url }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], { env })
  return JSON.parse(stdout) as Value
}

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What `queues list` counts of each type in each state. */
async function counts(): Promise<Counts> {
  const queues = await command<{ type: string; jobs: Record<UnfinishedState, number> }[]>('queues', 'list')
  return Object.fromEntries(
    types.map(({ name }) => [name, queues.find(({ type }) => type === name)?.jobs ?? {}]),
  )
}

/** How many jobs of each type `jobs list --state` lists, for each state. */
async function listed(): Promise<Counts> {
  const rows = await Promise.all(
    unfinishedStates.map(async (state) => ({
      state,
      jobs: await command<{ type: string }[]>('jobs', 'list', '--state', state, '--limit', '1000'),
    })),
  )
  const count = (name: string, jobs: readonly { type: string }[]) =>
    jobs.filter(({ type }) => type === name).length
  return Object.fromEntries(
    types.map(({ name }) => [
      name,
      Object.fromEntries(rows.map(({ state, jobs }) => [state, count(name, jobs)])),
    ]),
  )
}

test('queues list counts, for every state, the jobs that jobs list shows in it', async () => {
  await bed.jsm.consumers.pause('JOBS', paused.name, new Date('2100-01-01'))
  for (const type of types) await bed.enqueue(type, { fail: true })
  // A job that waits for the limit would not fail before its turn.
  await until(() => failures === types.length - 1)
  for (const type of [plain, limited, counted]) {
    for (let n = 0; n < 2; n++) await bed.enqueue(type, {})
  }
  await bed.enqueue(paused, {})
  for (const type of [plain, limited, counted, paused]) await bed.enqueue(type, {}, { delay: '1h' })
  const none = { scheduled: 0, queued: 0, waiting: 0, running: 0, retrying: 0 }
  const expected: Counts = {
    [plain.name]: { ...none, scheduled: 1, running: 2, retrying: 1 },
    [limited.name]: { ...none, scheduled: 1, waiting: 1, running: 1, retrying: 1 },
    [counted.name]: { ...none, scheduled: 1, running: 2, retrying: 1 },
    [unique.name]: { ...none, retrying: 1 },
    [paused.name]: { ...none, scheduled: 1, queued: 2 },
  }
  const settled = async (ask: () => Promise<Counts>) => {
    let last: Counts = {}
    await until(async () => {
      last = await ask()
      assert.deepEqual(last, expected)
      return true
    }).catch(() => assert.deepEqual(last, expected))
  }
  await settled(listed)
  await settled(counts)

  const sources = { nats: bed.connection, jsm: bed.jsm, clock: systemClock }
  const [withoutDatabase] = await readQueuesOf(sources, [limited.name])
  assert.deepEqual(withoutDatabase?.jobs, { ...expected[limited.name], scheduled: 2, waiting: null })
})
