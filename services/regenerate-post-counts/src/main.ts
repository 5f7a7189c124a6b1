import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { regeneratePostCountsWorker } from './regenerate-post-counts.ts'

await runServices([regeneratePostCountsWorker], { database: booruDatabase })
