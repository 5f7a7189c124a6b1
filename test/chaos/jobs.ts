import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

/** How a job behaves, so that every outcome occurs. */
export const behaviours = ['plain', 'flaky', 'late-failure', 'slow', 'snoozes', 'parent', 'loud'] as const
export type Behaviour = (typeof behaviours)[number]

const delivery = { attempts: 1_000, backOff: { kind: 'list', delays: ['100ms', '250ms', '500ms'] } } as const

/** The job of the run: it has one effect in PostgreSQL, which must happen exactly once. */
export const chaosJob = defineJob({
  name: 'chaos-job',
  title: 'Has one effect',
  payload: z.object({ n: z.int(), behaviour: z.enum(behaviours) }),
  delivery,
})

/** Enqueued by jobs that behave as `parent`, through the outbox, in the transaction of their effect. */
export const chaosChild = defineJob({
  name: 'chaos-child',
  title: 'Has one effect, asked for by another job',
  payload: z.object({ n: z.int() }),
  delivery,
})

/** Takes down every worker that starts it. */
export const chaosKiller = defineJob({
  name: 'chaos-killer',
  title: 'Takes its worker down',
  payload: z.object({ n: z.int() }),
  delivery,
})

/** The behaviour of job `n`: three of four are plain. The same in every run. */
export function behaviourOf(n: number): Behaviour {
  const special = { 3: 'flaky', 7: 'late-failure', 11: 'snoozes', 13: 'parent' } as const
  if (n % 101 === 100) return 'slow'
  if (n % 211 === 210) return 'loud'
  const place = n % 16
  return place === 3 || place === 7 || place === 11 || place === 13 ? special[place] : 'plain'
}
