// usage: node .bench-noop.ts  (not committed)
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { defineJob, publishBatch } from '@danbooru-jobs/contracts'
import { connect } from '@nats-io/transport-node'
import { z } from 'zod'
import { pino } from 'pino'
import { startNatsServer } from './infra/src/index.ts'
const dir = mkdtempSync('/tmp/kitbench/n-')
const server = await startNatsServer({ binary: '/tmp/nats/root/usr/sbin/nats-server', dataDir: dir, config: '' })
const type = defineJob({ name: 'noop', title: 'No-op', payload: z.object({ n: z.number() }) })
const N = Number(process.env.N ?? 50000)
let seen = 0
let end: () => void = () => {}
const boot = await runServices([], { settings: { natsUrl: server.url }, log: pino({ level: 'silent' }), handleSignals: false })
const nc = await connect({ servers: server.url })
const rounds = []
const ROUNDS = Number(process.env.ROUNDS ?? 4)
for (let round = 0; round < ROUNDS; round++) {
  for (let i = 0; i < N; i += 1000) {
    const batch = Array.from({ length: 1000 }, (_, k) => ({ subject: 'jobs.noop', headers: { 'Nats-Msg-Id': `${round}-${i + k}`, 'Job-Id': `${round}-${i + k}` }, body: `{"n":${i + k}}` }))
    const r = await publishBatch(batch, { connection: nc, timeout: 10000, newId: () => `b${round}-${i}`, random: Math.random })
    if (r.kind !== 'stored') throw new Error(JSON.stringify(r))
  }
  seen = 0
  const finished = new Promise<void>((resolve) => { end = resolve })
  const begun = performance.now()
  const services = await runServices([worker(type, async () => { if (++seen === N) end(); return done() }, { concurrency: 200 })], { settings: { natsUrl: server.url, maxThreads: 200 }, log: pino({ level: 'silent' }), handleSignals: false })
  const started = performance.now()
  await finished
  rounds.push(Math.round(N / ((performance.now() - started) / 1000)))
  await services.stop()
}
console.log('jobs/s', rounds, 'best', Math.max(...rounds), 'median', rounds.sort((a, b) => a - b)[Math.floor(rounds.length / 2)])
await boot.stop(); await nc.close(); await server.kill9()
process.exit(0)
