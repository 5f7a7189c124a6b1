import { failureOf } from './failure.ts'
import { createProgram } from './program.ts'

try {
  await createProgram().parseAsync()
  process.exit()
} catch (error) {
  const { exitCode, message, unexpected } = failureOf(error)
  if (message !== undefined) console.error(message)
  if (unexpected !== undefined) console.error(unexpected)
  process.exit(exitCode)
}
