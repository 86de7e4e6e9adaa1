import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Failure } from '../client.ts'
import { say, type Text } from '../language.ts'
import { Dialog } from './dialog.tsx'
import { words } from './texts.ts'
import { Trouble } from './trouble.tsx'

export interface Field {
  readonly name: string
  readonly label: Text
  readonly kind?:
    | 'text'
    | 'email'
    | 'tel'
    | 'number'
    | 'long'
    | { readonly options: readonly (readonly [string, string])[] }
  readonly isRequired?: boolean
  /** How it must be: said where the service refuses what was typed, in place of its own words. */
  readonly rule?: Text
}

const texts = {
  save: { en: 'Save', da: 'Gem' },
  saving: { en: 'Saving …', da: 'Gemmer …' },
  required: { en: 'required', da: 'skal udfyldes' },
  wrong: {
    en: 'Not saved: {count} of the fields must be changed.',
    da: 'Ikke gemt: {count} af felterne skal rettes.',
  },
} as const

/** A dialog with fields. What the service says of a field stands at that field; whatever else it says, above the buttons. */
export const EditForm = ({
  title,
  fields,
  initial,
  save,
  onClose,
  aside,
}: {
  title: string
  fields: readonly Field[]
  initial: Readonly<Record<string, string>>
  /** @throws Failure with the fields that are not valid */
  save: (values: Readonly<Record<string, string>>) => Promise<void>
  onClose: () => void
  /** Below the form, since it may hold one of its own. */
  aside?: ComponentChildren
}) => {
  const [values, setValues] = useState(initial)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrong = error instanceof Failure ? error.fields : new Map<string, string>()
  const atFields = fields.filter(({ name }) => wrong.has(name)).length

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    setError(undefined)
    try {
      await save(values)
    } catch (thrown) {
      setError(thrown)
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="edit" noValidate onSubmit={submit}>
        {fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            wrong={wrong.get(field.name)}
            onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {atFields > 0 ? (
          <p role="alert" class="wrong">
            {say(texts.wrong, { count: atFields })}
          </p>
        ) : (
          error !== undefined && <Trouble error={error} />
        )}
        <p class="buttons">
          <button type="submit" class="main" disabled={isBusy}>
            {say(isBusy ? texts.saving : texts.save)}
          </button>
          <button type="button" onClick={onClose}>
            {say(words.cancel)}
          </button>
        </p>
      </form>
      {aside}
    </Dialog>
  )
}

const Input = ({
  field: { name, label, kind = 'text', isRequired = false, rule },
  value,
  wrong,
  onChange,
}: {
  field: Field
  value: string
  wrong: string | undefined
  onChange: (value: string) => void
}) => {
  const id = useId()
  const shared = {
    id,
    name,
    value,
    required: isRequired,
    'aria-invalid': wrong !== undefined,
    'aria-describedby': wrong === undefined ? undefined : `${id}-wrong`,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>
        <span>
          {say(label)}
          {isRequired && <span class="quiet"> ({say(texts.required)})</span>}
        </span>
      </label>
      {typeof kind === 'object' ? (
        <select {...shared}>
          {kind.options.map(([option, title]) => (
            <option key={option} value={option}>
              {title}
            </option>
          ))}
        </select>
      ) : kind === 'long' ? (
        <textarea {...shared} rows={4} />
      ) : kind === 'number' ? (
        <input {...shared} type="text" inputMode="decimal" />
      ) : kind === 'email' ? (
        <input {...shared} type="email" />
      ) : kind === 'tel' ? (
        <input {...shared} type="tel" />
      ) : (
        <input {...shared} type="text" />
      )}
      {wrong !== undefined && (
        <p class="wrong" id={`${id}-wrong`}>
          {rule ? say(rule) : wrong}
        </p>
      )}
    </div>
  )
}
