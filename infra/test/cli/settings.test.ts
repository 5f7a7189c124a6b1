import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { done, secret, worker } from '@danbooru-jobs/actors'
import { wholeNumber } from '@danbooru-jobs/actors/program'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { spawnService } from '../../../test/harness/index.ts'
import { settingsJson, settingsText } from '../../src/cli/format/settings.ts'
import { allOwners, listSettings } from '../../src/cli/list-settings.ts'
import { settingsPage } from '../../src/docs/settings-page.ts'
import { allServices } from '../../src/services.ts'

const type = defineJob({ name: 'mail', title: 'Sends mail', payload: z.object({}) })
const settings = z.object({
  SMTP_PASSWORD: secret(z.string()).describe('the password | of the server'),
  SMTP_POOL: wholeNumber(1, 10).default(3).describe('connections at most'),
})
const mail = worker(type, async () => done(), { settings })

describe('danbooru-jobs settings', () => {
  test('shows values, sources and readers, but no secret', () => {
    const found = listSettings([mail, mail], { SMTP_PASSWORD: 'secret', SMTP_POOL: '11', PORT: '80' })
    const lines = settingsText(found).split('\n')
    const of = (name: string) => lines.find((line) => line.startsWith(name))?.split(/ {2,}/)
    assert.deepEqual(of('SMTP_PASSWORD'), ['SMTP_PASSWORD', '***', 'environment', 'mail'])
    assert.deepEqual(of('SMTP_POOL'), ['SMTP_POOL', '11', 'environment, wrong', 'mail'])
    assert.deepEqual(of('PORT'), ['PORT', '80', 'environment', 'npm start'])
    assert.deepEqual(of('MAX_THREADS'), ['MAX_THREADS', '10', 'default', 'every service'])
    assert.deepEqual(lines.slice(-2), ['', 'SMTP_POOL: must be a whole number from 1 to 10, not "11"'])
    assert.doesNotMatch(JSON.stringify(settingsJson(found)), /secret"/)
  })

  test('has one entry for a setting that several read', () => {
    const found = listSettings([mail], {})
    assert.deepEqual(found.find(({ name }) => name === 'NATS_URL')?.usedBy, ['every service', 'npm start'])
    assert.equal(new Set(found.map(({ name }) => name)).size, found.length)
  })

  test('ends with 1 when a setting is wrong', async () => {
    const run = (env: Record<string, string>) => {
      const args = ['settings', '--only', 'maintenance', '--json']
      return spawnService('infra/src/cli/main.ts', env, args)
    }
    await using right = run({})
    assert.deepEqual(await right.exited, { code: 0, signal: null })
    assert.match(right.output(), /"name": "MAINTENANCE_TIME_ZONE"/)
    assert.doesNotMatch(right.output(), /UNKNOWN_JOBS_GRACE/)
    await using wrong = run({ MAINTENANCE_TIME_ZONE: 'Eastern' })
    assert.deepEqual(await wrong.exited, { code: 1, signal: null })
    assert.match(wrong.output(), /"problem": "MAINTENANCE_TIME_ZONE: must be an IANA name/)
  })
})

describe('the reference of settings', () => {
  const root = new URL('../../../', import.meta.url)

  test('is current', async () => {
    const page = await readFile(new URL('docs/reference/settings.md', root), 'utf8')
    assert.equal(page, settingsPage(allOwners(allServices)), 'run "npm run docs:settings"')
  })

  test('names defaults, requirements and secrets', () => {
    const page = settingsPage(allOwners([mail]))
    assert.match(
      page,
      /^\| `SMTP_PASSWORD` \| \*\*required\*\* \| the password \\\| of the server \(secret\) \|$/m,
    )
    assert.match(page, /^\| `SMTP_POOL` \| `3` \| connections at most \|$/m)
  })

  test('has every setting of the README, with the same default', async () => {
    const readme = await readFile(new URL('README.md', root), 'utf8')
    const table = readme.split('\n## Settings\n')[1]?.split('\n## ')[0] ?? ''
    const rows = [...table.matchAll(/^\| `([A-Z_]+)` \| ([^|]*) \|/gm)]
    assert.ok(rows.length > 3)
    const known = new Map(listSettings(allServices, {}).map((one) => [one.name, one]))
    for (const [, name = '', text = ''] of rows) {
      if (name === 'NODE_COMPILE_CACHE') continue
      const setting = known.get(name)
      assert.ok(setting, name)
      if (/^\d+$/.test(text)) assert.equal(setting.fallback, text, name)
    }
  })
})
