/** Headers, subjects, streams and schemas as they are on the wire: for tools. Not stable between versions. */
export {
  asyncApi,
  type Contracts,
  type DescribedEvent,
  type JsonObject,
  jsonSchemas,
} from './asyncapi/asyncapi.ts'
export { backOffDelay } from './define/back-off.ts'
export { compose, type Middleware } from './define/compose.ts'
export { milliseconds, nanoseconds } from './define/duration.ts'
export type { Limit } from './define/limits.ts'
export { describeIssues, type PayloadIssue, parsePayload, payloadIssues } from './define/payload.ts'
export { leavesKeyWhenStarted, refusesSecond, type UniqueMode } from './define/unique.ts'
export { type EndedJob, type EndNotice, endNotices, type JobEnd } from './job-message/end-notices.ts'
export {
  type FollowUp,
  followUp,
  type JobPublication,
  jobLogCopy,
  outgoing,
  waitingAddress,
} from './job-message/follow-up.ts'
export {
  countOf,
  headerReader,
  type JobFacts,
  type JobSource,
  jobFacts,
} from './job-message/job-source.ts'
export { eventMessage, jobMessage, type RuntimeJobOptions, runtimeOptions } from './message/message.ts'
export { completionMessage, withSummary } from './message/on-complete.ts'
export { stableId } from './publisher/enqueue-many.ts'
export { isNoResponder } from './publisher/leader-change.ts'
export { messageBytes, publishMessage } from './publisher/publish.ts'
export { parseServerReply, type ServerReply } from './publisher/server-reply.ts'
export {
  type BatchJobState,
  type BatchNews,
  batchJobState,
  batchName,
  batchNews,
  batchNewsMessage,
  keptMessage,
} from './wire/batch-news.ts'
export { ackWait, jobConsumer } from './wire/consumers.ts'
export { type HeaderReader, jobHeader, lifecycleHeader, natsHeader } from './wire/headers.ts'
export { jobEndedMessage } from './wire/job-ended.ts'
export {
  type CancelRequested,
  cancelRequested,
  continuesJob,
  type ErrorReport,
  errorReport,
  isInJobLog,
  type JobReport,
  type JobsRemoved,
  jobIdOf,
  jobReport,
  jobsRemoved,
  type RunningJob,
  runningJob,
  type TerminationCode,
  terminationCodes,
  vanishedReason,
} from './wire/job-log.ts'
export { type UnfinishedState, unfinishedStates } from './wire/job-states.ts'
export {
  addressText,
  anywhereSubject,
  type JobAddress,
  type JobSubject,
  jobAddress,
  jobFilters,
  jobTypeOfSubject,
  keyOfSubject,
  ownAddress,
  parseAddress,
  parseJobSubject,
  queuedFilters,
  queuedSubject,
  scheduledFilter,
  scheduledSubject,
} from './wire/job-subject.ts'
export {
  type LifecycleEnvelope,
  type LifecycleTimer,
  lifecycleEnvelope,
  lifecycleMessage,
} from './wire/lifecycle-message.ts'
export { type LifecycleReference, lifecycleReference } from './wire/lifecycle-reference.ts'
export { contextHeaders, contextOfHeaders, inheritContext } from './wire/message-context.ts'
export { checkMessage, headerLineProblem, receiverProblem } from './wire/message-rules.ts'
export { type OutgoingMessage, scheduleHeaders } from './wire/outgoing-message.ts'
export {
  type CronRule,
  cronMessage,
  cronRuleOf,
  type ScheduleReference,
  tickConsumer,
} from './wire/schedule.ts'
export { serverCode } from './wire/server-code.ts'
export { storableId, storableText } from './wire/storable-text.ts'
export { type StoredState, storedState } from './wire/stored-state.ts'
export {
  owner,
  type StreamDeclaration,
  type StreamOptions,
  streamDeclarations,
  streamName,
} from './wire/streams.ts'
export { isLiteralSubject, subjectToken } from './wire/subject-token.ts'
export { jobLogPrefix, lifecycleKeyOfSubject, scheduleOfTick, subjects } from './wire/subjects.ts'
