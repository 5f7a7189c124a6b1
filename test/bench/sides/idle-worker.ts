import { runServices, worker } from '@danbooru-jobs/actors'
import { benchJob } from './ours.ts'

/** The smallest service: one worker, no database. */
await runServices([worker(benchJob, async () => undefined)])
