import { z } from 'zod'

/** The fields of a log record that are shown on a terminal. */
const record = z.looseObject({
  level: z.number(),
  time: z.number(),
  msg: z.string().optional(),
  err: z.looseObject({ message: z.string() }).optional(),
})

const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

/** Fields that are the same in every record of one process. */
const left = new Set(['level', 'time', 'msg', 'err', 'pid', 'hostname', 'service', 'host'])

/**
 * A log record (one line of JSON) as a readable line: `12:00:05 job done jobType=delete-favorites attempt=1`. What is no
 * such record stays as it is.
 */
export function logLine(json: string): string {
  const parsed = record.safeParse(parse(json))
  if (!parsed.success) return json
  const { level, time, msg, err } = parsed.data
  const fields = Object.entries(parsed.data)
    .filter(([name, value]) => !left.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  const parts = [
    new Date(time).toISOString().slice(11, 19),
    levelNames[level],
    msg,
    ...fields,
    err && `: ${err.message}`,
  ]
  return `${parts.filter(Boolean).join(' ')}\n`
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
