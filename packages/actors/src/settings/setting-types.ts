import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { masked } from './settings-schema.ts'

/**
 * A whole number as an environment variable gives it: digits only.
 *
 * @param least the smallest that is allowed, not negative.
 * @param most the largest that is allowed.
 */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }))
}

/** A duration as an environment variable gives it: `500ms`, `30s`, `15m`, `2h`, `7d`, or milliseconds. */
export function durationText() {
  const error = 'must be a duration such as 30s, 15m or 2h'
  return z.string({ error }).transform((text, context): Duration => {
    const duration = (/^\d+$/.test(text) ? Number(text) : text) as Duration
    try {
      milliseconds(duration)
    } catch {
      context.addIssue({ code: 'custom', message: error })
    }
    return duration
  })
}

/** NATS servers, separated by commas. Its user's password, or its token, is never shown. */
export function natsAddress() {
  const error = 'must be nats://host:port, or several separated by commas'
  const address = z
    .string({ error })
    .transform((text) => text.split(',').map((server) => server.trim()))
    .refine((servers) => servers.every(isNatsServer), { error })
    .transform((servers) => servers.join(','))
  return masked(address, 'password')
}

/** A PostgreSQL database. The password is never shown. */
export function databaseAddress() {
  const error = 'must be postgres://user:password@host:port/database'
  return masked(z.string({ error }).refine(isDatabase, { error }), 'password')
}

function isNatsServer(server: string): boolean {
  const url = toUrl(server.includes('://') ? server : `nats://${server}`)
  return url !== undefined && /^(nats|tls):$/.test(url.protocol) && url.hostname !== ''
}

function isDatabase(text: string): boolean {
  const url = toUrl(text)
  return url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1
}

function toUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
