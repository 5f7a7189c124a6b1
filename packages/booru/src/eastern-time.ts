/** The time zone in which Danbooru's jobs reckon dates, whatever that of the machine. */
export const boardTimeZone = 'America/New_York'

/** A day of the calendar; months count from 1. */
export interface CalendarDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

let dayFormat: Intl.DateTimeFormat | undefined

/** Made when it is first needed: the tables of time zones and languages take 8 MB, and most services need none. */
function formatDay(at: Date): string {
  dayFormat ??= new Intl.DateTimeFormat('en-CA', {
    timeZone: boardTimeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return dayFormat.format(at)
}

/** What day it is in US Eastern time. */
export function easternDay(at: Date): CalendarDay {
  const [year = 0, month = 0, day = 0] = formatDay(at).split('-').map(Number)
  return { year, month, day }
}

/** Days from a day to the first of the next month: 1 on the last day of a month. */
export function daysToNextMonth({ year, month, day }: CalendarDay): number {
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return daysInMonth - day + 1
}

/** Whether two moments are on the same day in US Eastern time. */
export function sameEasternDay(one: Date, other: Date): boolean {
  return formatDay(one) === formatDay(other)
}
