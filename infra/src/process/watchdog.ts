import { spawn } from 'node:child_process'

/**
 * Notices that the process holding its standard input has died, which that process cannot do itself when it is
 * killed with -9, and stops another process then: first in order, after ten seconds by force. A line on standard
 * input means that there is nothing left to watch.
 */
const script = `
if read -r _; then exit 0; fi
kill -"$2" "$1" 2>/dev/null || exit 0
waited=0
while kill -0 "$1" 2>/dev/null && [ "$waited" -lt 10 ]; do sleep 1; waited=$((waited + 1)); done
kill -9 "$1" 2>/dev/null
`

/**
 * Has the process `pid` stopped with `stopSignal` should this process die, however.
 *
 * @param exited fulfilled when `pid` has ended by itself
 */
export function stopWithParent(pid: number, stopSignal: NodeJS.Signals, exited: Promise<unknown>): void {
  const args = ['-c', script, 'danbooru-jobs-watchdog', `${pid}`, stopSignal.replace(/^SIG/, '')]
  const dog = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  dog.on('error', () => undefined)
  dog.stdin.on('error', () => undefined)
  dog.unref()
  // The pipe alone would keep a process alive that has nothing left to do.
  if ('unref' in dog.stdin && typeof dog.stdin.unref === 'function') dog.stdin.unref()
  void exited.then(() => dog.stdin.end('ended\n'))
}
