import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, responder, retry, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import { z } from 'zod'
import { type NatsCli, natsCli, until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

const type = defineJob({
  name: 'shown',
  title: 'Shown by the nats command',
  payload: z.object({ fail: z.boolean().default(false) }),
  delivery: { backOff: { kind: 'list', delays: ['1h'] } },
})

describe('the services protocol, as the nats command sees it', async () => {
  const cli = await natsCli()
  const skip = cli === undefined && 'there is no nats command and no Go to build it'
  let bed: Bed
  before(async () => {
    bed = await makeBed()
    const services = await bed.run([
      worker(type, async ({ fail }) => (fail ? retry('on request') : done())),
      responder(
        'asked',
        deactivateUser,
        async () => ({ status: 'refused' as const, errors: [] }),
        (errors) => ({
          status: 'invalid' as const,
          errors: [...errors],
        }),
      ),
    ])
    await bed.enqueue(type, {})
    await bed.enqueue(type, { fail: true })
    await until(() => services.services[0]?.stats().requests === 2)
  })
  after(() => bed[Symbol.asyncDispose]())

  const micro = async (...args: string[]) => {
    const { code, stdout, stderr } = await (cli as NatsCli).run(bed.nats.url, ['micro', ...args])
    assert.equal(code, 0, `${stdout}${stderr}`)
    return stdout
  }

  test('ls lists every service', { skip }, async () => {
    const listed = JSON.parse(await micro('ls', '--json')) as { name: string; version: string }[]
    assert.deepEqual(listed.map(({ name }) => name).sort(), ['asked', 'shown'])
  })

  test('info describes what a service does and where', { skip }, async () => {
    const text = await micro('info', 'shown')
    assert.match(text, /Shown by the nats command/)
    assert.match(text, /jobs\.shown/)
    assert.match(text, /kind: worker/)
  })

  test('stats counts what was done and what failed', { skip }, async () => {
    const text = await micro('stats', 'shown', '--json')
    const [stats] = JSON.parse(text) as { endpoints: Record<string, unknown>[] }[]
    const [endpoint] = stats?.endpoints ?? []
    assert.equal(endpoint?.num_requests, 2)
    assert.equal(endpoint?.num_errors, 1)
    assert.equal(endpoint?.last_error, 'on request')
    assert.ok(endpoint)
    const { done: ended, failed, running } = endpoint.data as Record<string, number>
    assert.deepEqual({ ended, failed, running }, { ended: 1, failed: 1, running: 0 })
    assert.match(await micro('stats', 'shown'), /shown/)
  })

  test('ping is answered by each', { skip }, async () => {
    assert.match(await micro('ping', '--timeout', '1s'), /shown/)
  })
})
