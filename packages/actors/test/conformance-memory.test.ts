import { startMemoryBackend } from './conformance/memory-backend.ts'
import { conformance } from './conformance/suite.ts'

conformance('in memory', startMemoryBackend)
