import { type Platform, p, Type } from '@mikro-orm/core'

/** `integer` primary key, counted by a sequence. */
export const id = () => p.integer().primary().autoincrement()

/** `bigint` primary key, counted by a sequence; a number, as ids stay far below 2^53. */
export const bigId = () => p.bigint('number').primary().autoincrement()

/** `timestamp without time zone`, always UTC. */
export const timestamp = () => p.datetime().columnType('timestamp')

/** `timestamp(6) without time zone`, always UTC: what newer tables have. */
export const timestamp6 = () => p.datetime().columnType('timestamp(6)')

/** `character varying` without a limit. */
export const varchar = () => p.string().columnType('character varying')

/** Address or subnet in PostgreSQL's notation: `127.0.0.1`, `10.0.0.0/8`, `::1`. */
export const inet = () => p.string().columnType('inet')

/** `interval` as an ISO 8601 duration: `P3D`, `P100Y`. */
export const duration = () => p.string().type(IsoDuration).columnType('interval')

/** PostgreSQL reads ISO 8601 whatever `IntervalStyle` says, but writes it only if the session asks for it. */
class IsoDuration extends Type<string, string> {
  override convertToJSValue(value: string, platform: Platform): string {
    if (value.startsWith('P') || value.startsWith('-P')) return value
    const interval: unknown = platform.convertIntervalToJSValue(value)
    if (!hasIsoString(interval)) throw new TypeError(`not an interval: ${value}`)
    return interval.toISOStringShort()
  }
}

function hasIsoString(value: unknown): value is { toISOStringShort(): string } {
  return typeof value === 'object' && value !== null && 'toISOStringShort' in value
}
