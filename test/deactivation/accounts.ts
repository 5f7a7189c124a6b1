import { seededAccounts as users } from '@danbooru-jobs/booru'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { TestDatabase } from '../harness/index.ts'

type Query = TestDatabase['query']

/** Copies the gold account with all that is private about it to a member of that id; all counters stay right. */
export async function makeSmallAccount(query: Query, id: number): Promise<void> {
  const values = [id, users.gold]
  const copies = [
    `insert into users select (jsonb_populate_record(u, jsonb_build_object('id', $1::int, 'name', 'account_' || $1::int, 'level', 20))).*
       from users u where id = $2`,
    copyOf('favorites', 'user_id'),
    copyOf('post_votes', 'user_id'),
    copyOf('api_keys', 'user_id', { key: `'key ' || $1::int || ' ' || one.id` }),
    copyOf('saved_searches', 'user_id'),
    copyOf('forum_topic_visits', 'user_id'),
    copyOf('favorite_groups', 'creator_id'),
    copyOf('email_addresses', 'user_id', {
      address: `$1::int || '@example.com'`,
      normalized_address: `$1::int || '@example.com'`,
    }),
    'update posts set fav_count = fav_count + 1 from favorites where post_id = posts.id and user_id = $1 and $2::int > 0',
    `update posts set score = posts.score + v.score, up_score = up_score + greatest(v.score, 0), down_score = down_score + least(v.score, 0)
       from post_votes v where post_id = posts.id and user_id = $1 and $2::int > 0`,
  ]
  for (const statement of copies) await query(statement, values)
}

function copyOf(table: string, whose: string, changes: Record<string, string> = {}): string {
  const changed = Object.entries(changes).map(([column, value]) => `, '${column}', ${value}`)
  return `insert into ${table}
    select (jsonb_populate_record(one, jsonb_build_object(
             'id', nextval(pg_get_serial_sequence('${table}', 'id')), '${whose}', $1::int${changed.join('')}))).*
      from ${table} one where ${whose} = $2`
}

const state = `
  select to_jsonb(u) - array['id', 'bcrypt_password_hash', 'updated_at'] as account,
    (select jsonb_agg(jsonb_build_array(original_name, desired_name)) from user_name_change_requests where user_id = u.id) as renames,
    (select jsonb_agg(jsonb_build_array(creator_id, category, description, subject_type)) from mod_actions where subject_id = u.id and subject_type = 'User') as actions,
    (select jsonb_agg(category) from user_events where user_id = u.id) as events,
    (select count(*) from favorites where user_id = u.id) as favorites,
    (select jsonb_agg(jsonb_build_array(post_id, score, is_deleted) order by id) from post_votes where user_id = u.id) as votes,
    (select count(*) from api_keys where user_id = u.id) as api_keys,
    (select count(*) from saved_searches where user_id = u.id) as saved_searches,
    (select count(*) from forum_topic_visits where user_id = u.id) as topic_visits,
    (select jsonb_agg(is_public) from favorite_groups where creator_id = u.id) as favorite_groups,
    (select count(*) from email_addresses where user_id = u.id) as addresses,
    (select jsonb_agg(jsonb_build_array(machine, status, state)) from jobs.lifecycles where key = u.id::text) as lifecycles
  from users u where id = $1`

/** What a deactivation has left. */
export interface Traces {
  readonly rows: readonly unknown[]
  /** The subjects of the events about it. */
  readonly events: readonly string[]
}

/** Everything that a deactivation leaves behind, in rows and in events, with `0` for the user's id. */
export async function normalized(query: Query, connection: NatsConnection, userId: number): Promise<Traces> {
  const rows = await query(state, [userId])
  const events = await eventsOf(connection, userId)
  return JSON.parse(JSON.stringify({ rows, events }).replaceAll(String(userId), '0'))
}

/** The subjects of the events about the deactivation of that user. */
export async function eventsOf(connection: NatsConnection, userId: number): Promise<string[]> {
  return [
    ...(await eventsAbout(
      connection,
      'events.mod-action.user_delete',
      ({ subjectId }) => subjectId === userId,
    )),
    ...(await eventsAbout(connection, 'events.user.deactivated', (event) => event.userId === userId)),
  ]
}

async function eventsAbout(
  connection: NatsConnection,
  subject: string,
  isAbout: (event: Record<string, unknown>) => boolean,
): Promise<string[]> {
  const manager = await jetstreamManager(connection)
  const { state: stored } = await manager.streams.info('EVENTS')
  const subjects = []
  for (let seq = Math.max(1, stored.first_seq); seq <= stored.last_seq; seq++) {
    const message = await manager.streams.getMessage('EVENTS', { seq })
    if (message?.subject === subject && isAbout(message.json())) subjects.push(subject)
  }
  return subjects
}
