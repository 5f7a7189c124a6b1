import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { allServices } from '../../infra/src/services.ts'

await runServices(allServices, { database: booruDatabase })
