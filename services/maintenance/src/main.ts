import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { maintenance } from './maintenance.ts'

await runServices([maintenance], { database: booruDatabase })
