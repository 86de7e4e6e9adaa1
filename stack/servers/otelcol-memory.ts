/**
 * How Go keeps the collector's memory, wherever it runs (compose says the same). By default it collects garbage each time
 * the heap has doubled, which at 10,000 spans a second takes a third of the collector's time; it may let five times as much
 * lie, up to 200 MiB in all: below 256 MiB, where otel-collector.yaml begins to refuse, and the process below 300 MB.
 */
export const collectorMemory = { GOGC: '400', GOMEMLIMIT: '200MiB' } as const
