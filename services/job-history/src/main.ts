import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { jobHistory } from './job-history.ts'

await runServices([jobHistory], { database: booruDatabase })
