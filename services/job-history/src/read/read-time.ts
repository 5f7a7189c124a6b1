const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(9999, 0, 1)
const minute = { text: '', time: Number.NaN }
/** Length of `2030-01-02T03:04:`. */
const minuteEnd = 17
/** Length of `2030-01-02T03:04:05.678`. */
const end = 23

/** Milliseconds; undefined for text that is not a time between 1970 and 9999. */
export function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : parseTime(text)
  return time >= earliest && time < latest ? time : undefined
}

/**
 * As `Date.parse`. Times as the server writes them, RFC 3339 in UTC with a fraction, take a quarter of its time: the times of a batch
 * share their minute.
 */
function parseTime(text: string): number {
  if (text.length <= end || !text.endsWith('Z')) return Date.parse(text)
  const begin = text.slice(0, minuteEnd)
  if (begin !== minute.text) {
    minute.text = begin
    minute.time = Date.parse(`${begin}00Z`)
  }
  const seconds = Number(text.slice(minuteEnd, end))
  return seconds >= 0 && seconds < 60 ? minute.time + Math.round(seconds * 1_000) : Date.parse(text)
}
