import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { dmailInactiveApproversWorker } from './dmail-inactive-approvers.ts'

await runServices([dmailInactiveApproversWorker], { database: booruDatabase })
