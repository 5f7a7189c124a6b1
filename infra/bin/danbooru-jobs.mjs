#!/usr/bin/env node
// Plain JavaScript, so that every Node can read it: runs the command line on the Node that the project brings
// along when this one is older than 24.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/cli/main.ts', import.meta.url)
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24
const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]

if (isNewEnough && flags.includes('--conditions=danbooru-jobs-source')) {
  const { keepCompiledCode } = await import('@danbooru-jobs/actors/main')
  keepCompiledCode()
  await import(main.href)
} else {
  runOn(isNewEnough ? process.execPath : projectNode())
}

function projectNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  } catch {
    console.error(
      `Node ${process.versions.node} is too old, and the project's own is missing: run "npm ci" first.`,
    )
    process.exit(1)
  }
}

/** @param {string} node */
function runOn(node) {
  const args = [
    '--conditions=danbooru-jobs-source',
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(import.meta.url),
  ]
  // The channel tells the child that this process is gone, however it went.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(node, [...args, ...process.argv.slice(2)], { stdio })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
