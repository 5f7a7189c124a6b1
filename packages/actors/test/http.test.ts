import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { daemon } from '@danbooru-jobs/actors'
import type { HttpRoute } from '../src/runtime/http-route.ts'
import { routeOf } from '../src/service/http-server.ts'
import { type Bed, makeBed } from './harness.ts'

function pages(name: string, routes: readonly HttpRoute[]) {
  const start = async () => ({ routes, stop: async () => undefined })
  return daemon({ name, title: 'Answers requests', usesDatabase: false, start })
}

function page(path: string, text = path): HttpRoute {
  return { path, handle: (_request, response) => void response.end(text) }
}

describe('the HTTP port of a process', () => {
  let bed: Bed
  let at: (path: string, method?: string) => Promise<readonly [status: number, body: string]>
  before(async () => {
    bed = await makeBed()
    const fails: HttpRoute = {
      path: '/fails',
      handle: async () => {
        throw new Error('no luck')
      },
    }
    const echo: HttpRoute = {
      path: '/echo/',
      handle: (request, response) => void response.writeHead(201).end(`${request.method} ${request.url}`),
    }
    const { healthPort } = await bed.run([pages('pages', [page('/'), echo, fails])], { healthPort: 0 })
    at = async (path, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${healthPort}${path}`, { method })
      return [response.status, await response.text()]
    }
  })
  after(() => bed[Symbol.asyncDispose]())

  test('answers health, metrics and the routes of daemons', async () => {
    assert.deepEqual(await at('/healthz'), [200, '{"status":"ok"}'])
    assert.deepEqual(await at('/readyz?verbose'), [200, '{"status":"ready"}'])
    assert.match((await at('/metrics'))[1], /danbooru_jobs_nats_connected 1/)
    assert.deepEqual(await at('/echo/a?b=c', 'POST'), [201, 'POST /echo/a?b=c'])
    assert.deepEqual(await at('/anything/else'), [200, '/'])
  })

  test('answers 500 where a route throws, and continues to serve', async () => {
    assert.deepEqual(await at('/fails'), [500, '{"status":"error"}'])
    assert.deepEqual(await at('/fails'), [500, '{"status":"error"}'])
    assert.deepEqual(await at('/healthz'), [200, '{"status":"ok"}'])
  })

  test('answers 404 without a route', async () => {
    const { healthPort } = await bed.run([pages('other', [])], { healthPort: 0 })
    const response = await fetch(`http://127.0.0.1:${healthPort}/`)
    assert.deepEqual([response.status, await response.text()], [404, '{"status":"not found"}'])
  })

  test('cannot be shared by two routes of one path, or by two processes', async () => {
    const twice = [pages('one', [page('/x')]), pages('two', [page('/x')])]
    await assert.rejects(bed.run(twice, { healthPort: 0 }), /two services of this process answer \/x/)
    const taken = createServer().listen(0)
    const { port } = taken.address() as AddressInfo
    await assert.rejects(bed.run([pages('late', [])], { healthPort: port }), { code: 'EADDRINUSE' })
    taken.close()
  })
})

test('the longest path decides', () => {
  const routes = [page('/'), page('/a/'), page('/a/b'), page('/a/b/')]
  const cases = [
    ['/', '/'],
    ['/a', '/'],
    ['/a/', '/a/'],
    ['/a/c', '/a/'],
    ['/a/b', '/a/b'],
    ['/a/b/c', '/a/b/'],
    ['/ab', '/'],
  ] as const
  for (const [path, expected] of cases) assert.equal(routeOf(routes, path)?.path, expected, path)
  assert.equal(routeOf([page('/a/')], '/a'), undefined)
})
