import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { pruneBulkUpdateRequestsWorker } from './prune-bulk-update-requests.ts'

await runServices([pruneBulkUpdateRequestsWorker], { database: booruDatabase })
