import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { batches, done, lifecycle, outboxRelay, worker } from '@danbooru-jobs/actors'
import { storableJson } from '@danbooru-jobs/actors/internal'
import { createPublisher, defineJob, job, jobEnded, type Publisher } from '@danbooru-jobs/contracts'
import { storableText } from '@danbooru-jobs/contracts/wire'
import fc from 'fast-check'
import { setup } from 'xstate'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { recordOnce } from '../src/database/processed.ts'
import { recordAudit } from '../src/operate/audit.ts'
import { type Bed, makeBed } from './harness.ts'

/** NUL is refused by `text` and `jsonb`, half of a surrogate pair by `jsonb`. */
const hostile = ['a\u0000b', 'a\ud800b', '\udc00']

const plain = defineJob({ name: 'plain-text', title: 'Plain', payload: z.object({ n: z.number() }) })
const limited = defineJob({
  name: 'limited-text',
  title: 'Limited',
  payload: z.object({ site: z.string() }),
  delivery: { limits: [{ name: 'text-site', key: ({ site }) => site, max: 1 }] },
})
const waiting = lifecycle({
  definition: 1,
  event: jobEnded,
  machine: setup({ types: { events: {} as z.output<typeof jobEnded> } }).createMachine({
    id: 'waits-for-text',
    initial: 'waiting',
    states: { waiting: { on: { 'job.discarded': 'stalled' } }, stalled: { tags: 'stalled' } },
  }),
})

let bed: Bed
let publisher: Publisher
const ran: string[] = []
before(async () => {
  bed = await makeBed()
  publisher = createPublisher(bed.connection)
  const handle = async (_: unknown, { id }: { id: string }) => {
    ran.push(id)
    return done()
  }
  await bed.run([batches, outboxRelay, waiting, worker(plain, handle), worker(limited, handle)])
})
after(() => bed[Symbol.asyncDispose]())

describe('the rule for text that a store accepts', () => {
  test('changes nothing that PostgreSQL accepts, and makes everything acceptable', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostile))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.double(), tie('list'), tie('record')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      record: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    }))
    await fc.assert(
      fc.asyncProperty(value, text, async (one, other) => {
        const json = storableJson(one) ?? 'null'
        const [row] = await bed.database.query<{ json: unknown; text: string }>(
          'select $1::jsonb as json, $2::text as text',
          [json, storableText(other)],
        )
        assert.deepEqual(row?.json, JSON.parse(json))
        assert.equal(storableText(row?.text ?? ''), row?.text)
        assert.equal(storableJson(row?.json), JSON.stringify(row?.json))
      }),
      { numRuns: 200 },
    )
  })

  test('keeps a value that is too deep out, and values that are no JSON', () => {
    assert.equal(storableJson(JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`)), 'null')
    assert.equal(storableJson(undefined), undefined)
    assert.equal(storableJson({ a: 1e300, b: 'é' }), '{"a":1e+300,"b":"é"}')
  })
})

describe('text that PostgreSQL refuses', () => {
  test('in the id of a member holds up no batch', async () => {
    const batch = 'hostile'
    const news = [
      { type: 'batch.opened', batch },
      ...hostile.flatMap((id, chunk) => [
        { type: 'batch.added', batch, chunk, jobIds: [id] },
        { type: 'job.ended', batch, jobId: id, state: 'done' },
      ]),
      { type: 'batch.sealed', batch, chunks: hostile.length },
    ]
    for (const one of news) bed.connection.publish(`batches.${batch}`, JSON.stringify(one))
    const jobs = Array.from({ length: 20 }, (_, n) => job(plain, { n }))
    const onComplete = { job: job(plain, { n: -1 }, { id: 'healthy-is-complete' }) }
    await publisher.enqueueMany(jobs, { id: 'healthy', onComplete })
    await until(() => ran.includes('healthy-is-complete'))
    const complete = async () => {
      const rows = await bed.database.query<{ total: number }>(
        `select total::integer from jobs.batches where id = 'hostile' and completed_at is not null`,
      )
      return rows[0]
    }
    assert.deepEqual(await until(complete), { total: hostile.length })
  })

  test('in the reason of a discarded job reaches its lifecycle', async () => {
    await bed.database.query(
      `insert into jobs.lifecycles (machine, key, version, definition, state, snapshot, status, tags, created_at, updated_at)
       values ('waits-for-text', 'k', 1, 1, '"waiting"', $1, 'active', '{}', now(), now())`,
      [JSON.stringify({ status: 'active', value: 'waiting', historyValue: {}, context: {}, children: {} })],
    )
    const ended = {
      type: 'job.discarded',
      jobId: 'x\ud800',
      jobType: 'plain-text',
      attempt: 1,
      reason: hostile[0],
    }
    await bed.js.publish('lifecycles.waits-for-text.k', JSON.stringify(ended))
    const isStalled = async () => {
      const [row] = await bed.database.query<{ tags: string[] }>(
        `select tags from jobs.lifecycles where key = 'k'`,
      )
      return row?.tags.includes('stalled')
    }
    await until(isStalled)
    const [message] = await bed.database.query<{ event: object }>(
      `select event from jobs.lifecycle_messages where key = 'k'`,
    )
    assert.deepEqual(message?.event, { ...ended, jobId: 'x\ufffd', reason: 'a\ufffdb' })
  })

  test('in the key of a limit lets the job run', async () => {
    for (const [n, site] of hostile.entries()) {
      await publisher.enqueue(limited, { site }, { id: `limited-${n}` })
      await until(() => ran.includes(`limited-${n}`))
    }
  })

  test('is stored with its bad characters replaced: steps, records of operators, messages of a transaction', async () => {
    const services = await bed.run([worker(limited, async () => done())])
    const database = services.runtime.database()
    for (const text of hostile) {
      const isFirst = () =>
        database.transaction((em) => recordOnce(em, `once-${text}`, text, new Date('2026-01-01T00:00:00Z')))
      assert.deepEqual([await isFirst(), await isFirst()], [true, false])
      await recordAudit(database.run, { at: new Date(), by: text, action: 'job.cancel', details: { text } })
      await database.transaction(async (_, outbox) =>
        outbox.send({
          subject: 'events.text',
          headers: { 'Job-Actor': text },
          body: JSON.stringify({ text }),
        }),
      )
    }
  })

  test('is refused in a header that a publisher sets', async () => {
    for (const actor of hostile) {
      await assert.rejects(publisher.enqueue(plain, { n: 1 }, { actor }), { code: 'message-invalid' })
    }
  })
})
