import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { worker } from '@danbooru-jobs/actors'
import { defineJob, type JobType } from '@danbooru-jobs/contracts'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import fc from 'fast-check'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { decode } from '../src/transport/decode.ts'
import { type Bed, makeBed } from './harness.ts'

const seed = Number(process.env.SEED ?? randomInt(2 ** 31))

/** Bodies of every kind that no publisher of ours would send: bytes, text, JSON, and JSON with the right names and wrong values. */
function badBody(types: readonly JobType[]): fc.Arbitrary<Uint8Array> {
  const encoder = new TextEncoder()
  const names = new Set(types.flatMap(fieldsOf))
  const nearly = fc
    .dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 4,
    })
    .map((value) => JSON.stringify(value))
  const text = fc.oneof(fc.json({ maxDepth: 2 }), fc.string({ unit: 'binary' }), nearly)
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
    { weight: 4, arbitrary: text.map((one) => encoder.encode(one)) },
  )
}

function fieldsOf(type: JobType): string[] {
  const schema = z.toJSONSchema(type.payload, { io: 'input' })
  const variants = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return variants.flatMap((variant) =>
    typeof variant === 'object' ? Object.keys(variant.properties ?? {}) : [],
  )
}

describe(`10,000 bad payloads against each job type (SEED=${seed})`, () => {
  const bodies = fc.sample(badBody(jobTypes), { numRuns: 10_000, seed })

  for (const type of jobTypes as readonly JobType[]) {
    test(`${type.name} accepts only what fits its schema, and gives the reason for the rest`, () => {
      for (const body of bodies) {
        const decoded = decode(type, body)
        if (decoded.ok) assert.ok(isDeepStrictEqual(type.payload.parse(decoded.payload), decoded.payload))
        else assert.ok(decoded.reason.startsWith('payload-invalid: ') && decoded.reason.length < 5_000)
      }
    })
  }
})

describe('bad payloads over NATS', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
  })
  after(() => bed[Symbol.asyncDispose]())

  test('reach no handler and do their worker no harm', async () => {
    const type = defineJob({
      name: 'careful',
      title: 'Takes positive numbers',
      payload: z.object({ n: z.int().min(1) }),
    })
    const seen: number[] = []
    const services = await bed.run([worker(type, async ({ n }) => void seen.push(n), { concurrency: 50 })])
    const bodies = fc.sample(badBody([type]), { numRuns: 500, seed }).filter((body) => !decode(type, body).ok)
    for (const body of bodies) bed.connection.publish('jobs.careful', body)
    await bed.enqueue(type, { n: 7 })
    const counts = services.services[0]?.worker?.counts
    await until(() => counts?.discarded === bodies.length && counts.done === 1)
    assert.deepEqual(seen, [7])
    assert.equal(await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0), true)
  })
})
