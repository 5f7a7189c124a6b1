import { coloured, type Tone } from './colour.ts'

/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number
  /** Numbers are aligned right. Default: left. */
  readonly align?: 'left' | 'right'
  /** The colour of a cell. Default: none. */
  readonly tone?: (row: Row) => Tone | undefined
}

/** Rows as lines of text with a heading, columns two spaces apart; no blanks at the end of a line. Colours do not change the widths. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  isColoured = false,
): string {
  const cells = rows.map((row) => columns.map((column) => printable(String(column.value(row)))))
  const lines = [columns.map((column) => column.title), ...cells]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))))
  return lines
    .map((line, number) =>
      line
        .map((cell, index) => {
          const { align = 'left', tone } = columns[index] ?? {}
          const row = rows[number - 1]
          const shade = row === undefined ? 'heading' : tone?.(row)
          return pad(cell, coloured(cell, shade, isColoured), widths[index] ?? 0, align)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Text cut to a number of characters, with an ellipsis where something is missing. */
export function shorten(text: string, length: number): string {
  const characters = [...text]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}

function pad(cell: string, shown: string, to: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, to - width(cell)))
  return align === 'left' ? shown + blanks : blanks + shown
}

function width(text: string): number {
  return [...text].length
}

/** Text on one line: a payload from outside must not move the cursor of a terminal, or break a table. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '�')
}
