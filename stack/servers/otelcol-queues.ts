import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What otel-collector.yaml and otelcol/tempo.yaml have by default, in bytes. */
export const wanted = {
  METRICS_QUEUE_BYTES: 268_435_456,
  LOGS_QUEUE_BYTES: 1_073_741_824,
  TRACES_QUEUE_BYTES: 1_073_741_824,
} as const

/** The rest is for the other servers' data, and for the copy by which the collector gives space back. */
const shareOfDisk = 0.5

type QueueSizes = Readonly<Record<keyof typeof wanted, string>>

/**
 * How large the collector's queues may become, so that they are full before the disk under `folder` is: a full queue refuses,
 * and who sends tries again; on a full disk the collector cannot write that it has begun to send an item, and skips it.
 */
export const queueSizes = (folder: string): QueueSizes => {
  const together = Object.values(wanted).reduce<number>((sum, bytes) => sum + bytes, 0)
  const share = Math.min(1, (roomBelow(folder) * shareOfDisk) / together)
  return Object.fromEntries(
    Object.entries(wanted).map(([name, bytes]) => [name, String(Math.floor(bytes * share))]),
  ) as QueueSizes
}

/** What is free, and what the queues have already. */
const roomBelow = (folder: string): number => {
  if (!existsSync(folder)) return roomBelow(dirname(folder))
  const { bavail, bsize } = statfsSync(folder)
  const queues = readdirSync(folder).filter((name) => name.startsWith('exporter_'))
  // In blocks: the files have holes.
  return queues.reduce((sum, name) => sum + statSync(join(folder, name)).blocks * 512, bavail * bsize)
}
