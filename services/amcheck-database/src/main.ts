import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { amcheckDatabaseWorker } from './amcheck-database.ts'

await runServices([amcheckDatabaseWorker], { database: booruDatabase })
