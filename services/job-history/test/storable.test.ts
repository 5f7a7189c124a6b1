import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { storableJson } from '@danbooru-jobs/actors/internal'
import { storableText } from '@danbooru-jobs/contracts/wire'
import fc from 'fast-check'
import { freshDatabase, type TestDatabase } from '../../../test/harness/index.ts'
import { storedPayload } from '../src/read/stored-payload.ts'

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
})
after(() => database[Symbol.asyncDispose]())

const bytes = (text: string) => new TextEncoder().encode(text)

describe('what PostgreSQL can keep', () => {
  const cases: readonly [string, Uint8Array, 'json' | 'text'][] = [
    ['an object', bytes('{"userId":42}'), 'json'],
    ['nothing at all', bytes(''), 'json'],
    ['a number with all its digits', bytes('{"id":12345678901234567890123}'), 'json'],
    ['a bare null', bytes('null'), 'text'],
    ['no JSON', bytes('hello'), 'text'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'text'],
    ['an escaped NUL', bytes('{"a":"\\u0000"}'), 'text'],
    ['an escaped NUL in a name', bytes('{"\\u0000":1}'), 'text'],
    ['half of a surrogate pair', bytes('"\\ud800"'), 'text'],
    ['a whole surrogate pair', bytes('"\\ud83d\\ude00"'), 'json'],
    ['a huge exponent', bytes('[1e400000]'), 'text'],
    ['deep nesting', bytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'text'],
  ]
  for (const [name, body, kind] of cases) {
    test(`${name}: as ${kind}`, async () => {
      const payload = storedPayload(body)
      assert.equal(payload.kind, kind)
      if (payload.kind === 'json') await database.query('select $1::jsonb', [payload.json])
      else await database.query('select $1::text', [payload.text])
    })
  }

  test('whatever is published', async () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('\\u0000', '\\ud800', '"', '{', '}', '1e999', ':', '\u0000', '[', ']'),
      }),
      fc.jsonValue().map((value) => JSON.stringify({ a: value, 'b\u0000': 'c\ud800' })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (bodies) => {
        const rows = bodies.map((body) => {
          const payload = storedPayload(Buffer.from(body))
          return payload.kind === 'json'
            ? `{"payload":${payload.json}}`
            : JSON.stringify({ payload_text: payload.text })
        })
        const found = await database.query(
          'select count(*)::integer as n from json_to_recordset($1::json) as r(payload jsonb, payload_text text)',
          [`[${rows.join(',')}]`],
        )
        assert.deepEqual(found, [{ n: bodies.length }])
      }),
      { numRuns: 100 },
    )
  })

  test('a result keeps what can be kept', () => {
    assert.equal(storableJson({ a: 'x\u0000y', n: 1 }), '{"a":"x\ufffdy","n":1}')
    assert.equal(storableJson(undefined), undefined)
    assert.equal(storableText('a\ud800b'), 'a\ufffdb')
  })
})
