import { describe } from 'node:test'
import type { StartBackend } from './backend.ts'
import { batchCases } from './batch-cases.ts'
import { controlCases } from './control-cases.ts'
import { failureCases } from './failure-cases.ts'
import { limitCases } from './limit-cases.ts'
import { messageCases } from './message-cases.ts'
import { outcomeCases } from './outcome-cases.ts'
import { timeCases } from './time-cases.ts'

/**
 * What every backend that runs jobs must do, one test for each rule. Run against NATS and against the in-process backend, so that a handler
 * that passes its tests in memory meets the same rules in production.
 */
export function conformance(name: string, start: StartBackend): void {
  describe(`${name}: messages`, () => messageCases(start))
  describe(`${name}: outcomes`, () => outcomeCases(start))
  describe(`${name}: failures`, () => failureCases(start))
  describe(`${name}: control`, () => controlCases(start))
  describe(`${name}: limits`, () => limitCases(start))
  describe(`${name}: batches`, () => batchCases(start))
  describe(`${name}: time`, () => timeCases(start))
}
