import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { deleteUserWorker } from './delete-user.ts'

await runServices([deleteUserWorker], { database: booruDatabase })
