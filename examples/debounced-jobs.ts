import { done, runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

// Run with NATS_URL. A key is pressed again and again; the text is saved all the same, with what was typed last until then.
const saveDraft = defineJob({
  name: 'example-save-draft',
  title: 'Save a draft',
  payload: z.object({ draft: z.string(), text: z.string() }),
  delivery: { unique: { mode: 'debounce', key: ({ draft }) => draft, window: '2s', maxWait: '3s' } },
})

const saved = Promise.withResolvers<string>()
const services = await runServices(
  [
    worker(saveDraft, async ({ text }) => {
      saved.resolve(text)
      return done()
    }),
  ],
  { settings: { logLevel: 'silent' } },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })

let text = ''
const typing = setInterval(() => {
  text += 'x'
  void publisher.enqueue(saveDraft, { draft: 'one', text })
}, 100)
const first = await saved.promise
clearInterval(typing)
console.log('saved while typing:', first.length > 1)
await publisher.cancelDelayed(saveDraft, 'one')
await publisher.close()
await services.stop()

// Output:
// saved while typing: true
