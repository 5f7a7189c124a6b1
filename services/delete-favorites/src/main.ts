import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { deleteFavoritesWorker } from './delete-favorites.ts'

await runServices([deleteFavoritesWorker], { database: booruDatabase })
