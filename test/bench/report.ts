import type { BenchResult, Measurement, Verdict } from './bench.ts'

/** A result with the benchmark's own name. */
export interface NamedResult extends BenchResult {
  readonly name: string
  readonly title: string
}

/** A benchmark's result as text for people. */
export function render(result: NamedResult): string {
  const conditions = Object.entries(result.conditions).map(([name, value]) => `  ${name}: ${value}`)
  return [
    `## ${result.title} (--only ${result.name})`,
    '',
    ...conditions,
    '',
    ...table(result.measurements),
    '',
    ...result.measurements.filter((one) => one.does).map((one) => `  ${one.side}: ${one.does}`),
    ...(result.skipped ?? []).map((reason) => `  SKIPPED ${reason}`),
    ...(result.verdicts.length > 0 ? ['', ...result.verdicts.map(verdictLine)] : []),
    '',
  ].join('\n')
}

/** `met   ours ÷ bare loop: 0.91 × (target: at least 0.85 ×)`, or `MISSED … by 0.12 ×`. */
export function verdictLine(verdict: Verdict): string {
  const { what, value, unit, target, met, missedBy } = verdict
  const wanted = 'atLeast' in target ? `at least ${short(target.atLeast)}` : `at most ${short(target.atMost)}`
  const beside = met ? '' : `, missed by ${short(missedBy)} ${unit}`
  return `  ${met ? 'met   ' : 'MISSED'} ${what}: ${short(value)} ${unit} (target: ${wanted} ${unit}${beside})`
}

function table(measurements: readonly Measurement[]): string[] {
  const more = [...new Set(measurements.flatMap((one) => Object.keys(one.more ?? {})))]
  const percentiles = measurements.some((one) => one.percentiles !== undefined)
  const head = [
    'side',
    'unit',
    'median',
    'lowest',
    'highest',
    ...(percentiles ? ['p50', 'p95', 'p99'] : []),
    ...more,
  ]
  const rows = measurements.map((one) => [
    one.side,
    one.unit,
    short(one.median),
    short(Math.min(...one.rounds)),
    short(Math.max(...one.rounds)),
    ...(percentiles ? percentileCells(one) : []),
    ...more.map((name) => short(one.more?.[name])),
  ])
  return markdown([head, ...rows])
}

function percentileCells({ percentiles }: Measurement): string[] {
  return [percentiles?.p50, percentiles?.p95, percentiles?.p99].map(short)
}

/** A Markdown table whose columns line up: words to the left, numbers to the right. */
export function markdown(rows: readonly (readonly string[])[]): string[] {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)))
  const isText = (column: number) => column < 2
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, isText(column))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.slice(1).map(line)]
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width)
}

/** A number as people read it: thousands separated, three digits that count. */
export function short(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
