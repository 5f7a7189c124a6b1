import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { pruneBansWorker } from './prune-bans.ts'

await runServices([pruneBansWorker], { database: booruDatabase })
