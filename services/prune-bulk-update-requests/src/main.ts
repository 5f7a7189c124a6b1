import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ pruneBulkUpdateRequestsWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-bulk-update-requests.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [pruneBulkUpdateRequestsWorker], database: booruDatabase }
})
