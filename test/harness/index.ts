export { type Board, Killed, makeBoard, type Ran, type RunOptions } from './board.ts'
export {
  freshDatabase,
  startDatabaseServer,
  type TestDatabase,
  type TestDatabaseServer,
} from './database.ts'
export { testFolder } from './environment.ts'
export { before, type Fixtures, fixtures } from './fixtures.ts'
export { type JobBed, makeJobBed } from './job-bed.ts'
export { keepIndexes } from './lean-tables.ts'
export { startNats, type TestNats } from './nats.ts'
export { type NatsCli, natsCli } from './nats-cli.ts'
export { ownPorts } from './own-ports.ts'
export { foreignEnvironment, inForeignEnvironment, packed } from './packed.ts'
export { type Exit, type LogLine, type SpawnedService, spawnService } from './service.ts'
export { TcpLine, type TcpLinePasses } from './tcp-line.ts'
export { type Reply, runOnTerminal, type TerminalRun } from './terminal.ts'
export { type UntilOptions, until } from './until.ts'
