import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { deactivateUserResponder, userDeactivation } from './user-deactivation.ts'

await runServices([deactivateUserResponder, userDeactivation], { database: booruDatabase })
