import { computed, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const themes: readonly string[] = ['system', 'light', 'dark']

const kept = (): Theme => {
  try {
    const theme = localStorage.getItem('theme') ?? 'system'
    return themes.includes(theme) ? (theme as Theme) : 'system'
  } catch {
    return 'system'
  }
}

export const theme = signal<Theme>(kept())

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const isDark = signal(systemIsDark.matches)
systemIsDark.addEventListener('change', ({ matches }) => {
  isDark.value = matches
})

/** What is to be seen: for whatever is drawn and not styled. */
export const shownTheme = computed<'light' | 'dark'>(() =>
  theme.value === 'system' ? (isDark.value ? 'dark' : 'light') : theme.value,
)

const show = (): void => {
  if (theme.peek() === 'system') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.dataset.theme = theme.peek()
}
show()

export const setTheme = (chosen: Theme): void => {
  theme.value = chosen
  show()
  try {
    localStorage.setItem('theme', chosen)
  } catch {
    // Then it lasts as long as the page.
  }
}
