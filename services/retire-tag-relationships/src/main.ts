import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { retireTagRelationshipsWorker } from './retire-tag-relationships.ts'

await runServices([retireTagRelationshipsWorker], { database: booruDatabase })
