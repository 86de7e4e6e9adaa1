import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { globalErrorHandler, suppressTracing } from '@opentelemetry/core'
import { reportTrouble } from './diagnostics.ts'
import type { Sender } from './exporters.ts'
import { type Batch, BatchWriter, type Recorded } from './otlp-batch.ts'
import type { ProtobufWriter } from './protobuf.ts'
import { outsideOfRequests } from './request-context.ts'

/** As the standard variables OTEL_BSP_* and OTEL_BLRP_* name them. */
export interface BatchSettings {
  readonly maxQueueSize: number
  readonly maxExportBatchSize: number
  readonly scheduledDelayMillis: number
  readonly exportTimeoutMillis: number
}

/** Told of each record once: sent, or given up. */
type Settle = (count: number, isLost: boolean) => void

/**
 * A batch processor as the SDK's, for records that are encoded as they come: what waits is bytes, and no record is kept.
 * A batch leaves when it is full or `scheduledDelayMillis` old, one at a time; what the queue has no room for is given up.
 */
export class Batches<Item extends Recorded> {
  readonly #settings: BatchSettings
  readonly #sender: Sender
  readonly #settle: Settle
  readonly #open: BatchWriter<Item>
  readonly #closed: Batch[] = []
  readonly #underWay = new Set<Promise<void>>()
  #waiting = 0
  #isSending = false
  #hasEnded = false
  #timer: NodeJS.Timeout | undefined

  /** @param write writes one record */
  constructor(
    write: (writer: ProtobufWriter, item: Item) => void,
    sender: Sender,
    settings: BatchSettings,
    settle: Settle,
  ) {
    this.#open = new BatchWriter(write)
    this.#sender = sender
    this.#settings = settings
    this.#settle = settle
  }

  /** Never throws. */
  add(item: Item): void {
    if (this.#hasEnded) return
    if (this.#waiting < this.#settings.maxQueueSize && this.#encode(item)) this.#wait()
    else this.#settle(1, true)
  }

  #encode(item: Item): boolean {
    try {
      if (!this.#open.takes(item)) this.#close()
      this.#open.add(item)
      return true
    } catch (error) {
      reportTrouble('cannot encode a record', error)
      return false
    }
  }

  #wait(): void {
    this.#waiting++
    if (this.#open.count >= this.#settings.maxExportBatchSize) this.#leave()
    else this.#timer ??= this.#later()
  }

  /** Sends all that waits, side by side, and waits for its answers. Never rejects. */
  async flush(): Promise<void> {
    this.#close()
    for (const batch of this.#closed.splice(0)) this.#send(batch)
    await Promise.all(this.#underWay)
  }

  async shutdown(): Promise<void> {
    this.#hasEnded = true
    await this.flush()
    await this.#sender.shutdown()
  }

  #later(): NodeJS.Timeout {
    // A timer belongs to the request that starts it, and would keep it.
    return outsideOfRequests(() => setTimeout(() => this.#leave(), this.#settings.scheduledDelayMillis).unref())
  }

  #leave(): void {
    this.#close()
    this.#sendNext()
  }

  #close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const batch = this.#open.finish()
    if (batch) this.#closed.push(batch)
  }

  #sendNext(): void {
    if (this.#isSending) return
    const batch = this.#closed.shift()
    if (!batch) return
    this.#isSending = true
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      clearTimeout(limit)
      this.#isSending = false
      this.#sendNext()
    }
    // One that takes too long is still counted when it ends, but the others wait no longer.
    const limit = outsideOfRequests(() => setTimeout(over, this.#settings.exportTimeoutMillis).unref())
    this.#send(batch).then(over)
  }

  #send(batch: Batch): Promise<void> {
    this.#waiting -= batch.count
    const sending = outsideOfRequests(() => context.with(suppressTracing(ROOT_CONTEXT), () => this.#sent(batch)))
    this.#underWay.add(sending)
    return sending.finally(() => this.#underWay.delete(sending))
  }

  async #sent(batch: Batch): Promise<void> {
    try {
      if (batch.resource.asyncAttributesPending) await batch.resource.waitForAsyncAttributes?.()
      const { lost, error } = await this.#sender.send(batch)
      if (lost < batch.count) this.#settle(batch.count - lost, false)
      if (lost > 0) this.#settle(lost, true)
      if (error) globalErrorHandler(error)
    } catch (error) {
      this.#settle(batch.count, true)
      reportTrouble('cannot send a batch', error)
    }
  }
}
