import { expect, it } from 'vitest'
import { queryName } from './query-spans.ts'

it.each([
  ['select "c"."name" from "contacts" as "c"', 'select', 'contacts'],
  ['insert into "contacts" ("id") values ($1)', 'insert', 'contacts'],
  ['update "contacts" set "name" = $1', 'update', 'contacts'],
  ['delete from "contacts" where "id" = $1', 'delete', 'contacts'],
  ['SELECT * FROM pgboss.job WHERE id = $1', 'select', 'job'],
  ['INSERT INTO "pgboss"."job" (id) VALUES ($1)', 'insert', 'job'],
  ['with a as (select 1 from queue) insert into pgboss.job (id) select 1', 'insert', 'job'],
  ['select extract(epoch from now() - min(at)) from pgboss.job', 'select', 'job'],
  ['select * from "contacts" for update skip locked', 'select', 'contacts'],
  ['begin', 'begin', undefined],
  ['select 1', 'select', undefined],
  ['', 'query', undefined],
  ['\n  with "own" as (select 1) select * from "contacts"', 'select', 'contacts'],
  ['with next as (select id from pgboss.job for update) update pgboss.job j set state = $1', 'update', 'job'],
])('%s', (text, operation, table) => {
  expect(queryName(text)).toEqual({ operation, table })
})
