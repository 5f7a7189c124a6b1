import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { pruneApproversWorker } from './prune-approvers.ts'

await runServices([pruneApproversWorker], { database: booruDatabase })
