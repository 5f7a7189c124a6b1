import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testEnvironment, testFolder } from '../harness/environment.ts'
import { runChaos } from './run-chaos.ts'

/** The short form of `npm run chaos`: few jobs, few faults, the same oracle. */
test('jobs survive killed workers, servers and connections, each with its effect exactly once', async (context) => {
  const seed = Number(process.env.CHAOS_SEED ?? 20_261)
  context.diagnostic(`seed ${seed}`)
  const log: string[] = []
  const { violations, faults } = await runChaos({
    seed,
    jobs: 400,
    nodes: 1,
    longest: 8_000,
    rest: 120_000,
    killers: 1,
    workers: 2,
    longestGap: 1_500,
    folder: await testFolder('chaos'),
    natsServer: testEnvironment('TEST_NATS_SERVER'),
    log: (line) => log.push(line),
  })
  assert.ok(Object.keys(faults).length > 0, 'nothing went wrong, so nothing was shown')
  assert.deepEqual(violations, [], `seed ${seed}:\n${log.join('\n')}`)
})
