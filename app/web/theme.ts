import { signal } from '@preact/signals'

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
