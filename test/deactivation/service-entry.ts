import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { deactivationServices } from './services.ts'

await runServices(deactivationServices, { database: booruDatabase })
