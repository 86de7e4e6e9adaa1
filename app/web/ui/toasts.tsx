import { signal } from '@preact/signals'
import { say } from '../language.ts'
import type { Tone } from './card.tsx'
import { words } from './texts.ts'

interface Toast {
  readonly id: number
  readonly tone: Tone
  readonly text: string
  readonly action?: { readonly label: string; readonly href: string } | undefined
}

const toasts = signal<readonly Toast[]>([])
let last = 0
const shownMs = 8_000

const drop = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Tells something in passing. What went wrong stays until it is closed; the same text stands there once. */
export const tell = (tone: Tone, text: string, action?: Toast['action']): void => {
  if (toasts.peek().some((toast) => toast.text === text)) return
  const id = ++last
  toasts.value = [...toasts.peek(), { id, tone, text, action }].slice(-5)
  if (tone !== 'bad') setTimeout(() => drop(id), shownMs)
}

/** Takes back what is not so any more. */
export const untell = (text: string): void => {
  toasts.value = toasts.peek().filter((toast) => toast.text !== text)
}

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, tone, text, action }) => (
      <div key={id} class="toast" data-tone={tone}>
        <p>{text}</p>
        {action && <a href={action.href}>{action.label}</a>}
        <button type="button" class="plain" aria-label={say(words.close)} onClick={() => drop(id)}>
          ×
        </button>
      </div>
    ))}
  </div>
)
