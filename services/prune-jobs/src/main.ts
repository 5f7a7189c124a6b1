import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { pruneJobsWorker } from './prune-jobs.ts'

await runServices([pruneJobsWorker], { database: booruDatabase })
