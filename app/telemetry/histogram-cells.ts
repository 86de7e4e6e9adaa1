import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { hrTime } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'

/** One series of a histogram, cumulative. */
export class HistogramCell {
  readonly #attributes: Attributes
  readonly #boundaries: readonly number[]
  readonly #counts: number[]
  readonly #startTime: HrTime = hrTime()
  #sum = 0

  constructor(attributes: Attributes, boundaries: readonly number[]) {
    this.#attributes = attributes
    this.#boundaries = boundaries
    this.#counts = new Array<number>(boundaries.length + 1).fill(0)
  }

  /** @param value what is negative or no number is left out */
  record(value: number): void {
    if (!(value >= 0)) return
    const bounds = this.#boundaries
    let bucket = 0
    // Most values lie in the first few of some fifteen buckets.
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    this.#sum += value
  }

  point(endTime: HrTime): DataPoint<Histogram> {
    const counts = [...this.#counts]
    return {
      attributes: this.#attributes,
      startTime: this.#startTime,
      endTime,
      value: {
        buckets: { boundaries: this.#boundaries as number[], counts },
        count: counts.reduce((sum, count) => sum + count, 0),
        sum: this.#sum,
      },
    }
  }
}

interface Described {
  readonly description: string
  readonly unit: string
  readonly buckets: readonly number[]
}

/**
 * Histograms in cells of our own, read by a cumulative reader beside what the SDK collects: it takes single values only, and
 * makes a text of all labels for each to find its series, which is dearer than everything else about measuring.
 */
export class HistogramCells implements MetricProducer {
  readonly #all = new Map<string, { readonly metric: Described; readonly cells: HistogramCell[] }>()

  /** A new series of a histogram. */
  open(name: string, metric: Described, attributes: Attributes): HistogramCell {
    const known = this.#all.get(name) ?? { metric, cells: [] }
    this.#all.set(name, known)
    const cell = new HistogramCell(attributes, known.metric.buckets)
    known.cells.push(cell)
    return cell
  }

  async collect(): ReturnType<MetricProducer['collect']> {
    const endTime = hrTime()
    const metrics = [...this.#all].map(([name, { metric, cells }]): HistogramMetricData => {
      const { description, unit } = metric
      return {
        descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: cells.map((cell) => cell.point(endTime)),
      }
    })
    return {
      resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: { name: 'crm' }, metrics }] },
      errors: [],
    }
  }
}
