import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { prunePostsWorker } from './prune-posts.ts'

await runServices([prunePostsWorker], { database: booruDatabase })
