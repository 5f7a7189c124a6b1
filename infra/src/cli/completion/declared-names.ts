import { jobStates } from '@danbooru-jobs/contracts'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { maintenanceJobs, maintenanceSchedules } from '@danbooru-jobs/maintenance'
import { serviceNames } from '../../service-folders.ts'
import { allServices } from '../../services.ts'
import type { NameKind } from '../documented-command.ts'

/** The names of a kind that this version declares, sorted. */
export function declaredNames(kind: NameKind): readonly string[] {
  return [...new Set(namesOf(kind))].sort()
}

function namesOf(kind: NameKind): readonly string[] {
  switch (kind) {
    case 'job type':
      return jobTypes.map(({ name }) => name)
    case 'job state':
      return jobStates
    case 'lifecycle':
      return allServices.filter((service) => service.kind === 'lifecycle').map(({ name }) => name)
    case 'maintenance job':
      return maintenanceJobs.map(({ name }) => name)
    case 'schedule':
      return maintenanceSchedules('UTC').map(({ name }) => name)
    case 'service':
      return [...serviceNames(), ...allServices.map(({ name }) => name)]
    default:
      return kind satisfies never
  }
}
