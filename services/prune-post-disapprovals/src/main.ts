import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { prunePostDisapprovalsWorker } from './prune-post-disapprovals.ts'

await runServices([prunePostDisapprovalsWorker], { database: booruDatabase })
