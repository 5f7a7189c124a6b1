import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clusterFaults, describeFault, type PlannedFault, planFaults, singleServerFaults } from './faults.ts'
import { SeededRandom } from './random.ts'

const options = { kinds: singleServerFaults, workers: 3, longestGap: 4_000 }

function take(count: number, seed: number, over: Partial<typeof options> = {}): PlannedFault[] {
  const plan = planFaults(seed, { ...options, ...over })
  return Array.from({ length: count }, () => plan.next().value)
}

describe('the plan of a run', () => {
  test('is the same for the same seed', () => {
    assert.deepEqual(take(200, 42), take(200, 42))
  })

  test('is another for another seed', () => {
    assert.notDeepEqual(take(20, 1), take(20, 2))
  })

  test('has every kind of fault in it', () => {
    const kinds = new Set(take(500, 7).map(({ fault }) => fault.kind))
    assert.deepEqual([...kinds].sort(), [...new Set(singleServerFaults)].sort())
    assert.ok(clusterFaults.includes('kill-leader'))
  })

  test('hits only workers that exist, and pauses no longer than asked', () => {
    for (const { after, fault } of take(1_000, 3)) {
      assert.ok(after >= 500 && after <= 4_000, `${after}`)
      if ('worker' in fault) assert.ok(fault.worker >= 0 && fault.worker < 3, `${fault.worker}`)
    }
  })
})

test('a fault is described by its kind and its details', () => {
  const fault = { kind: 'slow', line: 'nats', delay: 20, last: 500 } as const
  assert.equal(describeFault(fault), 'slow, line nats, delay 20, last 500')
})

describe('seeded chance', () => {
  test('is spread over the whole range', () => {
    const random = new SeededRandom(1)
    const values = Array.from({ length: 10_000 }, () => random.between(1, 4))
    for (const value of [1, 2, 3, 4]) {
      const share = values.filter((one) => one === value).length / values.length
      assert.ok(Math.abs(share - 0.25) < 0.03, `${value}: ${share}`)
    }
  })
})
