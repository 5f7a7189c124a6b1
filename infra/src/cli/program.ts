import { createRequire } from 'node:module'
import { addAudit } from './commands/audit.ts'
import { addBatches } from './commands/batches.ts'
import { addCompletion } from './commands/completion.ts'
import { addDeactivate } from './commands/deactivate.ts'
import { addDev } from './commands/dev.ts'
import { addEnqueue } from './commands/enqueue.ts'
import { addHistory } from './commands/history.ts'
import { addJobs } from './commands/jobs.ts'
import { addLifecycle } from './commands/lifecycle.ts'
import { addMaintenance } from './commands/maintenance.ts'
import { addMigrate } from './commands/migrate.ts'
import { addQueues } from './commands/queues.ts'
import { addSchedules } from './commands/schedules.ts'
import { addServices } from './commands/services.ts'
import { addSettings } from './commands/settings.ts'
import { addStart } from './commands/start.ts'
import { DocumentedCommand, programName } from './documented-command.ts'

const commands = [
  addDev,
  addMigrate,
  addStart,
  addEnqueue,
  addDeactivate,
  addHistory,
  addJobs,
  addQueues,
  addSchedules,
  addSettings,
  addMaintenance,
  addLifecycle,
  addBatches,
  addServices,
  addAudit,
  addCompletion,
]

/**
 * The declaration of every command: it parses the arguments, and the help, the reference page and the
 * completion of shells are made from it.
 */
export function createProgram(): DocumentedCommand {
  const program = new DocumentedCommand(programName)
    .description("Danbooru's background jobs as message-driven actors over NATS JetStream.")
    .version(versionText(), '-V, --version', 'show the version')
    .exitOverride()
    .showHelpAfterError('(add --help for the usage)')
    .notes(`Environment:
  NATS_URL      NATS servers that already run; without it, npm start starts one
  DATABASE_URL  a PostgreSQL database that already runs; without it, npm start starts one
  PORT          the port of health and metrics of npm start (default 3000)
  DATA_DIR      the folder that everything is kept in (default .data)

Commands other than dev use these servers, or those of a running "npm start" on DATA_DIR.
Without these variables, they use those of the last "npm start" that still runs.

Times are in UTC. Exit codes: 0 done, 1 failed or refused, 2 usage error.`)
  for (const add of commands) add(program)
  return program
}

/** `danbooru-jobs 0.1.0 (Node.js 24.21.0)`. */
function versionText(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('../../package.json')
  return `danbooru-jobs ${version} (Node.js ${process.versions.node})`
}
