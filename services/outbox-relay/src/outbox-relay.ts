export { outboxRelay } from '@danbooru-jobs/actors'
