/** The error codes (`err_code`) of the NATS server's JetStream API that decide something; see `errors.json` of the server. */
export const serverCode = {
  consumerNotFound: 10014,
  messageNotFound: 10037,
  /** A message to delete is not stored. */
  sequenceNotFound: 10043,
  messageTooLarge: 10054,
  streamNotFound: 10059,
  /** The expectation about the last message of a subject failed: a unique job is there already. */
  wrongLastSequence: 10071,
  /** Another consumer of a work queue takes some of the subjects. */
  consumerNotUnique: 10100,
  /** As `wrongLastSequence`, where the server does not report which sequence is the last. */
  wrongLastSequenceUnknown: 10164,
  ttlInvalid: 10165,
  ttlDisabled: 10166,
  /** A batch of which a message was lost. Nothing of it is stored. */
  batchIncomplete: 10176,
  schedulePatternInvalid: 10189,
  scheduleTargetInvalid: 10190,
  scheduleTtlInvalid: 10191,
  scheduleRollupInvalid: 10192,
  expectedSequenceMissing: 10193,
  /** The batch has a message id that is known. Nothing of it is stored. */
  batchDuplicate: 10201,
  scheduleSourceInvalid: 10203,
  /** More batches at once than the server allows (50 for a stream, 1,000 for a server). Nothing of it is stored. */
  batchTooMany: 10210,
  schedulerInvalid: 10212,
  scheduleTimeZoneInvalid: 10223,
} as const
