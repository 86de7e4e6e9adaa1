import { signal } from '@preact/signals'

export type Language = 'en' | 'da'

/** One text in every language: whoever adds one must have both. `{name}` stands for a value. */
export type Text = Readonly<Record<Language, string>>

const kept = (): Language | undefined => {
  try {
    const language = localStorage.getItem('language')
    return language === 'en' || language === 'da' ? language : undefined
  } catch {
    // A browser may forbid it.
    return undefined
  }
}

export const language = signal<Language>(kept() ?? (navigator.language.startsWith('da') ? 'da' : 'en'))

export const setLanguage = (chosen: Language): void => {
  language.value = chosen
  document.documentElement.lang = chosen
  try {
    localStorage.setItem('language', chosen)
  } catch {
    // Then it lasts as long as the page.
  }
}
document.documentElement.lang = language.peek()

/** A text in the language of the page: `say(texts.waiting, { jobs: 3 })`. */
export const say = (text: Text, values: Readonly<Record<string, string | number>> = {}): string =>
  text[language.value].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

const locale = (): string => (language.value === 'da' ? 'da-DK' : 'en-GB')

/** `1,234.5`; at most `digits` after the point. */
export const number = (value: number, digits = 1): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value)

/** `97.3 %`, from 97.3. */
export const percent = (value: number, digits = 1): string => `${number(value, digits)} %`

/** `DKK 12,500.00`; a currency that the browser does not know stands there as it is. */
export const money = (value: number, currency: string): string => {
  try {
    return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(value)
  } catch {
    return `${number(value, 2)} ${currency}`
  }
}

/** `1.2 GB`, from bytes. */
export const bytes = (value: number): string => {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = value < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log10(value) / 3))
  return `${number(value / 1000 ** step)} ${steps[step]}`
}

/** `340 ms`, `12.5 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`; from seconds. */
export const duration = (seconds: number): string => {
  if (seconds < 1) return `${number(seconds * 1000, seconds < 0.01 ? 1 : 0)} ms`
  if (seconds < 60) return `${number(seconds)} s`
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3_600, language.value === 'da' ? 't' : 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const first = units.findIndex(([size]) => seconds >= size)
  const parts = units.slice(first, first + 2).flatMap(([size, unit], index) => {
    const amount = Math.floor(index === 0 ? seconds / size : (seconds % (units[first]?.[0] ?? 1)) / size)
    return amount > 0 ? [`${amount} ${unit}`] : []
  })
  return parts.join(' ')
}

/** The time zone in which the page shows times. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** `21 Nov 2026, 14:03:20`, in the browser's time zone. */
export const dateTime = (at: string | Date): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at))

/** `14:03:20`. */
export const timeOfDay = (at: string | Date): string =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(at))

/** `14:00`. */
export const hourOf = (at: string | Date): string =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(at))

/** `21 Nov`. */
export const dayOf = (at: string | Date): string =>
  new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' }).format(new Date(at))

/** `14:03:20` today, `20 Nov 14:03` on other days. */
export const moment = (at: string | Date, from = new Date()): string =>
  new Date(at).toDateString() === from.toDateString() ? timeOfDay(at) : `${dayOf(at)} ${hourOf(at)}`

/** `3 minutes ago`, `in 20 seconds`. */
export const ago = (at: string | Date, from: number): string => {
  const seconds = (new Date(at).getTime() - from) / 1000
  const size = Math.abs(seconds)
  const [unit, by] =
    size < 60
      ? (['second', 1] as const)
      : size < 3600
        ? (['minute', 60] as const)
        : size < 86_400
          ? (['hour', 3600] as const)
          : (['day', 86_400] as const)
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(seconds / by), unit)
}
