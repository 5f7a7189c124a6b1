/** A time as `2026-03-01 12:00:05`, in UTC; `-` for none. */
export function timeText(time: Date | string | null | undefined): string {
  if (time === null || time === undefined) return '-'
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}

/** A length of time in its largest fitting unit: `85 ms`, `3.2 s`, `12 min`, `5 h`, `3 d`; `-` for none. */
export function durationText(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return '-'
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  if (milliseconds < 7_200_000) return `${Math.round(milliseconds / 60_000)} min`
  if (milliseconds < 172_800_000) return `${Math.round(milliseconds / 3_600_000)} h`
  return `${Math.round(milliseconds / 86_400_000)} d`
}
