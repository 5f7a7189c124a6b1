import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { startNats, type TestNats } from '../../../test/harness/index.ts'
import { Heartbeat } from '../src/lease/heartbeat.ts'

let nats: TestNats
before(async () => {
  nats = await startNats()
})
after(() => nats[Symbol.asyncDispose]())

/** Ends when it has seen a message on the subject that is its argument. */
const listener = `
import { connect } from '@nats-io/transport-node'
const connection = await connect({ servers: process.env.NATS_URL })
connection.subscribe(process.argv[1], { callback: () => process.exit(0) })
`

function heartbeat(ackWaitSeconds: number): Heartbeat & AsyncDisposable {
  const made = new Heartbeat({ url: nats.url, name: 'test' }, ackWaitSeconds * 1_000)
  made.start((error) => {
    throw error
  })
  return Object.assign(made, { [Symbol.asyncDispose]: () => made.stop() })
}

describe('the heartbeat', () => {
  test('needs no thread while no job is held, and one as soon as there is one', async () => {
    await using idle = heartbeat(20)
    assert.equal(idle.isBeating, false)
    idle.board.free(idle.board.take('signs.one', Date.now()))
    assert.equal(idle.isBeating, true)
  })

  test('starts with a job that never lets go of the main thread', async () => {
    await using busy = heartbeat(8)
    busy.board.take('signs.two', Date.now())
    // The main thread waits in here, and does not even finish starting the other one, until the sign is seen.
    execFileSync(process.execPath, ['--input-type=module', '--eval', listener, 'signs.two'], {
      env: { ...process.env, NATS_URL: nats.url },
      cwd: import.meta.dirname,
      timeout: 60_000,
    })
  })

  test('ends its thread a minute after the last job, not before', async () => {
    await using quiet = heartbeat(20)
    const lease = quiet.board.take('signs.three', 0)
    quiet.tick(1_000)
    quiet.tick(200_000)
    assert.equal(quiet.isBeating, true, 'the job is held')
    quiet.board.free(lease)
    quiet.tick(259_000)
    quiet.board.free(quiet.board.take('signs.three', 259_500))
    quiet.tick(260_500)
    quiet.tick(320_000)
    assert.equal(quiet.isBeating, true, 'there was another job meanwhile')
    quiet.tick(321_000)
    assert.equal(quiet.isBeating, false)
    quiet.board.take('signs.three', 330_000)
    assert.equal(quiet.isBeating, true)
  })

  test('has its thread from the start where a heartbeat is due soon', async () => {
    await using soon = heartbeat(1)
    assert.equal(soon.isBeating, true)
  })
})
