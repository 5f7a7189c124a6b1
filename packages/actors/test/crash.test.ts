import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type SpawnedService, spawnService, until } from '../../../test/harness/index.ts'
import { busy, bystander, killer, slow } from './crashing-service.ts'
import { type Bed, makeBed } from './harness.ts'

const entry = 'packages/actors/test/crashing-service.ts'

describe('a worker that dies', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
  })
  after(() => bed[Symbol.asyncDispose]())

  const spawn = async (): Promise<SpawnedService> => {
    const service = spawnService(entry, {
      NATS_URL: bed.nats.url,
      ACK_WAIT_SECONDS: '1',
      SHUTDOWN_GRACE_SECONDS: '1',
    })
    await service.waitForLog((line) => line.msg === 'services started')
    return service
  }

  test('does not kill workers indefinitely: the third crash in a row quarantines the job', async () => {
    let service = await spawn()
    await bed.enqueue(killer, {})
    for (let crash = 1; crash <= 3; crash++) {
      assert.equal((await service.exited).signal, 'SIGKILL')
      service = await spawn()
    }
    await service.waitForLog((line) => String(line.reason).startsWith('crashed:'))
    // The worker logs this before the server has the acknowledgment.
    const advisory = await until(() =>
      bed.jsm.streams.getMessage('JOB_LOG', {
        last_by_subj: '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.killer',
      }),
    )
    await service.kill9()
    const { reason, deliveries } = advisory.json<{ reason: string; deliveries: number }>()
    assert.match(
      String(reason),
      /^crashed: the job took its worker down 3 times in a row \(last on .+:\d+\)$/,
    )
    assert.equal(deliveries, 4)
  })

  test('takes only the job to blame with it: those that were beside it each time go on', async () => {
    let service = await spawn()
    await Promise.all([bed.enqueue(killer, {}), ...[1, 2, 3].map(() => bed.enqueue(bystander, {}))])
    const done = new Set<unknown>()
    const refused = new Set<string>()
    const isSettled = () => {
      for (const line of service.logs) {
        if (line.msg === 'bystander done') done.add(line.jobId)
        if (line.msg === 'job discarded') refused.add(`${line.jobType}: ${line.reason}`)
      }
      return refused.size > 0 && done.size + refused.size >= 4
    }
    for (let crash = 1; !isSettled(); crash++) {
      assert.ok(crash <= 6, `still not settled: ${done.size} done, refused: ${[...refused].join('; ')}`)
      const ended = service.exited
      await Promise.race([ended, until(isSettled).catch(() => false)])
      if (!isSettled()) service = await spawn()
    }
    await service.kill9()
    assert.equal(done.size, 3)
    assert.match([...refused].join('; '), /^killer: crashed: [^;]*$/)
  })

  test('keeps its job while it computes: the heartbeat has a thread of its own', async () => {
    await using one = await spawn()
    await bed.enqueue(busy, { milliseconds: 3_500 })
    await one.waitForLog((line) => line.msg === 'computing')
    await using other = await spawn()
    await one.waitForLog((line) => line.msg === 'job done')
    assert.equal(
      other.logs.some((line) => line.msg === 'computing'),
      false,
    )
    const acknowledged = await bed.jsm.streams.getMessage('JOB_LOG', {
      last_by_subj: '$JS.EVENT.METRIC.CONSUMER.ACK.JOBS.busy',
    })
    assert.equal(acknowledged?.json<{ deliveries: number }>().deliveries, 1)
  })

  test('puts a running job back on SIGTERM without counting the attempt', async () => {
    const one = await spawn()
    await bed.enqueue(slow, {})
    await one.waitForLog((line) => line.msg === 'waiting')
    const exit = await one.terminate()
    assert.deepEqual(exit, { code: 0, signal: null })
    await using other = await spawn()
    const line = await other.waitForLog((entry) => entry.msg === 'waiting')
    assert.equal(line.attempt, 1)
    assert.equal((await bed.jsm.streams.info('JOBS')).state.messages, 1)
  })
})

describe('a nats-server that dies', () => {
  test('is waited for, and its jobs go on', async () => {
    await using bed = await makeBed()
    await using service = spawnService(entry, { NATS_URL: bed.nats.url, ACK_WAIT_SECONDS: '1' })
    await service.waitForLog((line) => line.msg === 'services started')
    await bed.nats.kill9()
    await service.waitForLog((line) => String(line.msg).startsWith('the connection to NATS is lost'))
    await bed.nats.restart()
    await service.waitForLog((line) => line.msg === 'the connection to NATS is restored')
    await until(() => bed.enqueue(busy, { milliseconds: 1 }))
    await service.waitForLog((line) => line.msg === 'job done')
  })
})
