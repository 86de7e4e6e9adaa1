import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { say } from '../language.ts'
import { Dialog } from './dialog.tsx'
import { words } from './texts.ts'
import { tell } from './toasts.tsx'
import { Trouble } from './trouble.tsx'

/**
 * A button whose action changes something: it asks first, shows that it is at it, and tells what came of it.
 * @param act does it, with what was typed into `field`; what it resolves to is told
 */
export const Action = ({
  label,
  question,
  explain,
  field,
  act,
  onDone,
  isDangerous = false,
}: {
  label: string
  question: string
  explain?: ComponentChildren
  field?: { readonly label: string; readonly required?: boolean } | undefined
  act: (text: string) => Promise<string>
  onDone?: () => void
  isDangerous?: boolean
}) => {
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [typed, setTyped] = useState('')

  const close = (): void => {
    setOpen(false)
    setError(undefined)
    setTyped('')
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      tell('good', await act(typed.trim()))
      close()
      onDone?.()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" class={isDangerous ? 'danger' : undefined} onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <Dialog title={question} onClose={close}>
          <form onSubmit={submit}>
            {explain && <p>{explain}</p>}
            {field && (
              <label>
                {field.label}
                <input
                  value={typed}
                  required={field.required ?? false}
                  maxLength={500}
                  onInput={(event) => setTyped(event.currentTarget.value)}
                />
              </label>
            )}
            {error !== undefined && <Trouble error={error} />}
            <p class="buttons">
              <button type="submit" class={isDangerous ? 'danger' : 'main'} disabled={isBusy}>
                {label}
              </button>
              <button type="button" onClick={close}>
                {say(words.cancel)}
              </button>
            </p>
          </form>
        </Dialog>
      )}
    </>
  )
}
