import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose, type Middleware } from '../src/wire.ts'

const mark =
  (name: string): Middleware<string, string> =>
  async (input, next) =>
    `${name}(${await next(`${input}>${name}`)})`

test('the first step is the outermost', async () => {
  const run = compose([mark('a'), mark('b')], async (input) => `[${input}]`)
  assert.equal(await run('x'), 'a(b([x>a>b]))')
})

test('without steps it is the operation', async () => {
  assert.equal(await compose<number, number>([], async (input) => input + 1)(1), 2)
})

test('the operation is done once at most', async () => {
  let done = 0
  const greedy: Middleware<number, number> = async (input, next) => (await next(input)) + (await next(input))
  await assert.rejects(compose([greedy], async () => ++done)(0), TypeError)
  assert.equal(done, 1)
})

test('an error passes through every step', async () => {
  const seen: string[] = []
  const watch: Middleware<number, number> = async (input, next) => {
    try {
      return await next(input)
    } finally {
      seen.push('left')
    }
  }
  const fails = compose([watch, watch], async () => {
    throw new Error('broken')
  })
  await assert.rejects(fails(0), /broken/)
  assert.deepEqual(seen, ['left', 'left'])
})
