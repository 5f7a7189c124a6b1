import { runServices } from '@danbooru-jobs/actors'
import { batches } from './batches.ts'

await runServices([batches], { database: { entities: [] } })
