import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findTrace } from './find-trace.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const { signal } = new AbortController()

const resource = (service: string) => ({
  attributes: [
    { key: 'service.version', value: { stringValue: '1' } },
    { key: 'service.name', value: { stringValue: service } },
  ],
})

/** As the collector's file exporter writes it. */
const fromCollector = {
  resourceSpans: [
    {
      resource: resource('api'),
      scopeSpans: [
        {
          scope: { name: 'http' },
          spans: [
            {
              traceId,
              spanId: 'b7ad6b7169203331',
              parentSpanId: '00f067aa0ba902b7',
              name: 'POST /api/contacts',
              kind: 2,
              startTimeUnixNano: '1795267207930000000',
              endTimeUnixNano: '1795267207932967787',
              status: {},
            },
            {
              traceId: 'ffffffffffffffffffffffffffffffff',
              spanId: 'ffffffffffffffff',
              name: 'another trace in the same export',
              startTimeUnixNano: '1795267207930000000',
              endTimeUnixNano: '1795267207930000000',
            },
          ],
        },
      ],
    },
  ],
}

/** As Tempo answers. */
const fromTempo = {
  trace: {
    resourceSpans: [
      {
        resource: resource('worker'),
        scopeSpans: [
          {
            spans: [
              {
                traceId: 'CvdlGRbNQ92ESOshHIAxnA==',
                spanId: 'APBnqgupArc=',
                parentSpanId: 't61rcWkgMzE=',
                name: 'process contact-enrichment',
                kind: 'SPAN_KIND_CONSUMER',
                startTimeUnixNano: '1795267207931000000',
                endTimeUnixNano: '1795267208931000000',
                attributes: [{ key: 'error.type', value: { stringValue: 'timeout' } }],
                events: [
                  {
                    name: 'exception',
                    attributes: [
                      { key: 'exception.type', value: { stringValue: 'TimeoutError' } },
                      { key: 'exception.message', value: { stringValue: 'no answer within 5 s' } },
                    ],
                  },
                ],
                status: { code: 'STATUS_CODE_ERROR' },
              },
            ],
          },
        ],
      },
    ],
  },
}

it('reads a trace from the collector’s files, of which one is still being written', async () => {
  const tracesFolder = await mkdtemp(join(tmpdir(), 'crm-traces-'))
  try {
    const line = JSON.stringify(fromCollector)
    await writeFile(join(tracesFolder, 'kept.jsonl'), `${line}\n${line.slice(0, 200)}`)
    // Rotated, with the same span once more: it counts once.
    await writeFile(join(tracesFolder, 'kept-2026-11-21.jsonl'), `${line}\n`)
    expect(await findTrace({ tracesFolder }, traceId, signal)).toEqual([
      {
        spanId: 'b7ad6b7169203331',
        parentId: '00f067aa0ba902b7',
        service: 'api',
        name: 'POST /api/contacts',
        kind: 'server',
        startMs: 1_795_267_207_930,
        durationMs: 2.967787,
        error: undefined,
      },
    ])
  } finally {
    await rm(tracesFolder, { recursive: true })
  }
  expect(await findTrace({ tracesFolder }, traceId, signal)).toEqual([])
})

it('reads a trace from Tempo, which writes ids in base64 and enums by name', async () => {
  let status = 404
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(status).end(JSON.stringify(status === 200 ? fromTempo : {}))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const tempo = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const find = () => findTrace({ tempo, tracesFolder: '/nowhere' }, traceId, signal)
    expect(await find()).toEqual([])
    status = 500
    await expect(find()).rejects.toThrow('answered 500')
    status = 200
    expect(await find()).toEqual([
      {
        spanId: '00f067aa0ba902b7',
        parentId: 'b7ad6b7169203331',
        service: 'worker',
        name: 'process contact-enrichment',
        kind: 'consumer',
        startMs: 1_795_267_207_931,
        durationMs: 1_000,
        error: 'TimeoutError: no answer within 5 s',
      },
    ])
    expect(asked[0]).toBe(`/api/v2/traces/${traceId}`)
  } finally {
    server.close()
  }
})
