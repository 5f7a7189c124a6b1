import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url)('../../package.json') as { version: string }

/** The version of this package; reported by the services protocol. */
export const packageVersion: string = manifest.version
