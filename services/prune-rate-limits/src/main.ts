import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { pruneRateLimitsWorker } from './prune-rate-limits.ts'

await runServices([pruneRateLimitsWorker], { database: booruDatabase })
