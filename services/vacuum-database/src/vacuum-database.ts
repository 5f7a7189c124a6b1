import { done, type Json, worker } from '@danbooru-jobs/actors'
import { type VacuumReport, vacuumTable, vacuumTargets } from '@danbooru-jobs/booru'
import { vacuumDatabase } from '@danbooru-jobs/contracts/danbooru'

/** Tables that the result describes; the catalogs come last. */
const described = 200

/** Vacuums and analyzes one table after the other, those that it may, and reports what came of each. */
export const vacuumDatabaseWorker = worker(vacuumDatabase, async (_payload, job) => {
  const em = job.outsideTransaction()
  const targets = await vacuumTargets(em)
  const allowed = targets.filter((target) => target.allowed)
  const reports: VacuumReport[] = []
  for (const [index, target] of allowed.entries()) {
    job.signal.throwIfAborted()
    job.progress({ table: target.table, done: index, of: allowed.length })
    const report = await vacuumTable(em, target)
    if (report !== undefined) reports.push(report)
  }
  const denied = targets.filter((target) => !target.allowed).map(({ table }) => table)
  if (denied.length > 0) job.note(`not allowed to vacuum ${denied.join(', ')}`)
  return done({
    vacuumed: reports.filter(({ did }) => did === 'vacuumed').length,
    skipped: reports.filter(({ did }) => did === 'skipped').map(({ table }) => table),
    notAllowed: denied.slice(0, described),
    tables: reports.slice(0, described).map(asJson),
  })
})

function asJson({ table, did, deadRows, bytes }: VacuumReport): Json {
  return { table, did, deadRows, bytes }
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
