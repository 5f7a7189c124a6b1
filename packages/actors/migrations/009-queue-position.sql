-- Not only schedules, but every message that the log has no copy of is read from the queue.
alter table jobs.history_position rename column schedules_sequence to queue_sequence;
