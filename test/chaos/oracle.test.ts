import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bystanders, expectedEffects, type HistoryRow, judge, type Observation } from './oracle.ts'

/** A world in which every promise was kept. */
function kept(): { -readonly [Key in keyof Observation]: Observation[Key] } {
  const keys = [...expectedEffects(32)]
  return {
    jobs: 32,
    killers: 1,
    effects: new Map(keys.map((key) => [key, 1])),
    history: new Map<string, HistoryRow[]>([
      ...keys.map((key) => [key, [{ state: 'done', reason: null }]] as [string, HistoryRow[]]),
      ['chaos-killer:0', [{ state: 'discarded', reason: 'crashed: the job took its worker down 3 times' }]],
    ]),
    jobsLeft: 0,
    outboxLeft: 0,
  }
}

const promises = (observed: Observation) => judge(observed).map(({ promise }) => promise)

describe('the oracle', () => {
  test('finds nothing wrong where nothing is', () => assert.deepEqual(judge(kept()), []))

  test('lets one bystander be quarantined, and misses no effect of it', () => {
    const world = kept()
    world.history = new Map([
      ...world.history,
      ['chaos-job:1', [{ state: 'discarded', reason: 'crashed: …' }]],
    ])
    world.effects = new Map([...world.effects].filter(([key]) => key !== 'chaos-job:1'))
    assert.deepEqual(judge(world), [])
    assert.deepEqual(bystanders(world), ['chaos-job:1'])
  })

  test('misses no child that a bystander had no time to ask for, but each that it asked for', () => {
    const world = kept()
    const without = (key: string) => new Map([...world.effects].filter(([other]) => other !== key))
    world.history = new Map(
      [...world.history, ['chaos-job:13', [{ state: 'discarded', reason: 'crashed: …' }]] as const].filter(
        ([key]) => key !== 'chaos-child:13',
      ),
    )
    world.effects = without('chaos-child:13')
    assert.deepEqual(promises(world), ['no job is lost', 'the history knows that each job is done'])
    world.effects = without('chaos-job:13')
    assert.deepEqual(judge(world), [])
  })

  test('expects the children of parents too', () => {
    assert.equal(expectedEffects(32).size, 34)
    assert.ok(expectedEffects(32).has('chaos-child:13'))
  })

  const breaks: [string, (world: ReturnType<typeof kept>) => void, string][] = [
    [
      'a lost job',
      (world) => {
        world.effects = new Map([...world.effects].slice(1))
      },
      'no job is lost',
    ],
    [
      'an effect that happened twice',
      (world) => {
        world.effects = new Map([...world.effects, ['chaos-job:5', 2]])
      },
      'no effect happens twice',
    ],
    [
      'an effect of nothing',
      (world) => {
        world.effects = new Map([...world.effects, ['chaos-job:99', 1]])
      },
      'nothing happens that was not asked for',
    ],
    [
      'a killer that goes on',
      (world) => {
        world.history = new Map([...world.history, ['chaos-killer:0', [{ state: 'done', reason: null }]]])
      },
      'a job that kills its worker is quarantined',
    ],
    [
      'a job that was given up',
      (world) => {
        world.history = new Map([
          ...world.history,
          ['chaos-job:1', [{ state: 'discarded', reason: 'attempts-exhausted: …' }]],
        ])
      },
      'no other job is given up',
    ],
    [
      'too many bystanders in quarantine',
      (world) => {
        const crashed = [{ state: 'discarded', reason: 'crashed: …' }]
        world.history = new Map([...world.history, ['chaos-job:1', crashed], ['chaos-job:2', crashed]])
      },
      'no other job is given up',
    ],
    [
      'a history that says running',
      (world) => {
        world.history = new Map([...world.history, ['chaos-job:1', [{ state: 'running', reason: null }]]])
      },
      'the history knows that each job is done',
    ],
    [
      'a history that knows nothing',
      (world) => {
        world.history = new Map([...world.history].filter(([key]) => key !== 'chaos-job:1'))
      },
      'the history knows that each job is done',
    ],
    [
      'a message left',
      (world) => {
        world.jobsLeft = 1
      },
      'nothing is left in the queue',
    ],
    [
      'a row left',
      (world) => {
        world.outboxLeft = 3
      },
      'nothing is left in the outbox',
    ],
  ]
  for (const [name, spoil, promise] of breaks) {
    test(`sees ${name}`, () => {
      const world = kept()
      spoil(world)
      assert.deepEqual(promises(world), [promise])
    })
  }
})
