import { styleText } from 'node:util'

/** What a colour means. */
export type Tone = 'heading' | 'good' | 'active' | 'warning' | 'bad' | 'quiet'

const styles = {
  heading: 'bold',
  good: 'green',
  active: 'cyan',
  warning: 'yellow',
  bad: 'red',
  quiet: 'dim',
} as const

/** Text with the escape sequences of a tone; the same text without a tone or without colours. */
export function coloured(text: string, tone: Tone | undefined, isColoured: boolean): string {
  if (!isColoured || tone === undefined || text === '') return text
  return styleText(styles[tone], text, { validateStream: false })
}

/** The tone of a job's, an attempt's or a batch's state; undefined for states that need no attention. */
export function stateTone(state: string): Tone | undefined {
  switch (state) {
    case 'done':
    case 'complete':
      return 'good'
    case 'running':
      return 'active'
    case 'waiting':
    case 'retrying':
      return 'warning'
    case 'discarded':
    case 'lost':
      return 'bad'
    case 'scheduled':
    case 'cancelled':
      return 'quiet'
    default:
      return undefined
  }
}

/**
 * Whether output has colours: on a terminal that can show them. FORCE_COLOR decides first, as in Node.js (`0` and `false`
 * turn them off); then NO_COLOR (https://no-color.org), which counts unless it is empty; then `TERM=dumb`.
 */
export function wantsColours(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (refused !== undefined && refused !== '') return false
  return isTerminal && terminal !== 'dumb'
}
