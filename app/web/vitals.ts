import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'

/** Reports what this visit measured when the page is left: it counts in the objective of page loads. */
export const reportVitals = (): void => {
  // The page that was loaded, wherever its reader has gone since without loading anything.
  const page = location.pathname
  const vitals = new Map<string, Pick<Metric, 'name' | 'value' | 'rating'>>()
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB])
    on(({ name, value, rating }) => vitals.set(name, { name, value, rating }))
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || vitals.size === 0) return
    const report = JSON.stringify({ page, vitals: [...vitals.values()] })
    // The beacon leaves with the page; a Blob says that it is JSON.
    navigator.sendBeacon('/api/web-vitals', new Blob([report], { type: 'application/json' }))
    vitals.clear()
  })
}
