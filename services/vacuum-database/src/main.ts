import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { vacuumDatabaseWorker } from './vacuum-database.ts'

await runServices([vacuumDatabaseWorker], { database: booruDatabase })
