import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { say } from '../language.ts'

const texts = {
  search: { en: 'Search', da: 'Søg' },
  all: { en: 'All', da: 'Alle' },
} as const

/** Milliseconds without a key after which what was typed is searched for. */
const pauseMs = 300

/** Filters above a list. */
export const Filters = ({ children }: { children: ComponentChildren }) => <search class="filters">{children}</search>

/** What is typed, told once nothing more is typed for a moment. */
export const SearchField = ({
  value,
  onSearch,
  label = say(texts.search),
  hint,
}: {
  value: string
  onSearch: (text: string) => void
  label?: string
  hint?: string
}) => {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (text: string): void => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(text.trim()), pauseMs)
  }
  return (
    <label>
      {label}
      <input
        type="search"
        value={typed}
        placeholder={hint}
        maxLength={100}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
    </label>
  )
}

/** One of few, or all of them: the empty value. */
export const Choice = ({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: string
  options: readonly { readonly value: string; readonly title: string }[]
  onChoose: (value: string) => void
}) => (
  <label>
    {label}
    <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
      <option value="">{say(texts.all)}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>
  </label>
)
