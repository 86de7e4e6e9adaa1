import { useLocation } from 'preact-iso'
import { language, say, setLanguage, timeZone } from '../language.ts'
import { isOperator, session, signOut } from '../session.ts'
import { setTheme, type Theme, theme } from '../theme.ts'
import { Badges } from './badges.tsx'

const texts = {
  menu: { en: 'Main menu', da: 'Hovedmenu' },
  contacts: { en: 'Contacts', da: 'Kontakter' },
  leads: { en: 'Leads', da: 'Emner' },
  deals: { en: 'Deals', da: 'Handler' },
  operations: { en: 'Operations', da: 'Drift' },
  language: { en: 'Language', da: 'Sprog' },
  theme: { en: 'Colours', da: 'Farver' },
  system: { en: 'As the system', da: 'Som systemet' },
  light: { en: 'Light', da: 'Lys' },
  dark: { en: 'Dark', da: 'Mørk' },
  signOut: { en: 'Sign out {name}', da: 'Log {name} ud' },
  zone: { en: 'Times are in {zone}.', da: 'Tider er i {zone}.' },
} as const

const pages = [
  ['/', texts.contacts],
  ['/leads', texts.leads],
  ['/deals', texts.deals],
] as const

export const Header = () => {
  const { path } = useLocation()
  const current = (isHere: boolean) => (isHere ? 'page' : undefined)
  return (
    <header class="top">
      <nav aria-label={say(texts.menu)}>
        {pages.map(([href, title]) => (
          <a key={href} href={href} aria-current={current(path === href)}>
            {say(title)}
          </a>
        ))}
        {isOperator() && (
          <a href="/admin" aria-current={current(path.startsWith('/admin'))}>
            {say(texts.operations)}
          </a>
        )}
      </nav>
      <div class="end">
        <span class="quiet" title={say(texts.zone, { zone: timeZone })}>
          {timeZone}
        </span>
        <select
          aria-label={say(texts.language)}
          value={language.value}
          onChange={({ currentTarget: { value } }) => setLanguage(value === 'da' ? 'da' : 'en')}
        >
          <option value="en">English</option>
          <option value="da">Dansk</option>
        </select>
        <select
          aria-label={say(texts.theme)}
          value={theme.value}
          onChange={({ currentTarget: { value } }) => setTheme(value as Theme)}
        >
          {(['system', 'light', 'dark'] as const).map((one) => (
            <option key={one} value={one}>
              {say(texts[one])}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => void signOut()}>
          {say(texts.signOut, { name: session.value?.user.name ?? '' })}
        </button>
      </div>
      <Badges />
    </header>
  )
}
