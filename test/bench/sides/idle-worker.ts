import { program } from '@danbooru-jobs/actors/main'

/** The smallest service: one worker, no database. */
await program(async () => {
  const [{ worker }, { benchJob }] = await Promise.all([import('@danbooru-jobs/actors'), import('./ours.ts')])
  return { idle: worker(benchJob, async () => undefined) }
})
