#!/usr/bin/env node
// Plain JavaScript, so that every Node can read it: runs the command line on the Node that the project brings
// along when this one is older than 24.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/cli/main.ts', import.meta.url)
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24
const condition = '--conditions=danbooru-jobs-source'
const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]

if (isNewEnough && flags.includes(condition)) {
  const { keepCompiledCode } = await import('@danbooru-jobs/actors/main')
  keepCompiledCode()
  await import(main.href)
} else {
  runOn(isNewEnough ? process.execPath : projectNode())
}

function projectNode() {
  const node = findProjectNode()
  // With the condition, this is the project's Node already: it must not start itself again and again.
  if (node !== undefined && !process.execArgv.includes(condition)) return node
  console.error(
    `Node.js ${process.versions.node} is too old (24 or newer is needed), and the project's own is missing: ` +
      `run "npm ci" in ${fileURLToPath(new URL('../..', import.meta.url))} first.`,
  )
  process.exit(1)
}

function findProjectNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    // The package's install script puts the program there; it is missing if scripts were not run.
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

/** @param {string} node */
function runOn(node) {
  const args = [condition, '--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url)]
  // The channel reports to the child that this process has ended, however it ended.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(node, [...args, ...process.argv.slice(2)], { stdio })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
