import { say, type Text } from '../../language.ts'
import { Pill, type Tone } from '../../ui/card.tsx'

const severities: Readonly<Record<string, { readonly tone: Tone; readonly text: Text }>> = {
  critical: { tone: 'bad', text: { en: 'critical', da: 'kritisk' } },
  warning: { tone: 'warn', text: { en: 'warning', da: 'advarsel' } },
  info: { tone: 'off', text: { en: 'info', da: 'info' } },
}

/** How bad an alert is, and how soon somebody must come. */
export const Severity = ({ severity, priority }: { severity: string; priority?: string | null }) => {
  const known = severities[severity]
  const word = known ? say(known.text) : severity
  return <Pill tone={known?.tone ?? 'off'}>{priority ? `${priority} ${word}` : word}</Pill>
}

export const severityChoices = () =>
  Object.entries(severities).map(([value, { text }]) => ({ value, title: say(text) }))
