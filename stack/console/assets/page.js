// What every page does: times in the reader's zone, lists that open and close, copying.
import { formatTime } from './shared/units.ts'

for (const element of document.querySelectorAll('time[data-ms]')) {
  element.textContent = formatTime(Number(element.dataset.ms))
}

for (const button of document.querySelectorAll('button.copy')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent)
    button.textContent = 'Copied'
  })
}

// One list is open at a time; a click beside it or Escape closes it.
const lists = () => document.querySelectorAll('details.pick[open], details.menu[open]')
document.addEventListener('click', ({ target }) => {
  for (const list of lists()) if (!list.contains(target)) list.open = false
})
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') for (const list of lists()) list.open = false
})

for (const list of document.querySelectorAll('[data-pick]')) {
  const boxes = [...list.querySelectorAll('input[name]')]
  const everything = boxes.find(({ value }) => value === '$__all')
  list.addEventListener('change', ({ target }) => {
    if (!boxes.includes(target)) return
    // A single choice needs no further click.
    if (target.type === 'radio') return target.form.submit()
    if (target === everything && target.checked) for (const box of boxes) box.checked = box === everything
    else if (everything && target.checked) everything.checked = false
    if (everything && !boxes.some(({ checked }) => checked)) everything.checked = true
  })
  list.querySelector('input[type=search]')?.addEventListener('input', ({ target }) => {
    const wanted = target.value.toLowerCase()
    for (const box of boxes) box.parentElement.hidden = !box.parentElement.textContent.toLowerCase().includes(wanted)
  })
}

for (const select of document.querySelectorAll('form.refresh select')) {
  select.addEventListener('change', () => select.form.submit())
}

// A date and time is the reader's own; the server may be in another zone.
for (const form of document.querySelectorAll('form.range')) {
  const inputs = [form.elements.from, form.elements.to]
  for (const input of inputs) {
    if (/^\d{9,15}$/.test(input.value)) input.value = formatTime(Number(input.value))
    input.addEventListener('input', () => input.setCustomValidity(''))
  }
  form.addEventListener('submit', (event) => {
    for (const input of inputs) {
      const text = input.value.trim()
      if (/^now([+-]\d+[smhdw])?(\/[smhdw])?$/.test(text) || /^\d{9,15}$/.test(text)) continue
      const parsed = Date.parse(text.replace(/^(\d{4}-\d\d-\d\d)$/, '$1 00:00').replace(' ', 'T'))
      if (Number.isNaN(parsed)) {
        input.setCustomValidity('Write now-2h, or a date and time such as 2026-01-31 08:00')
        input.reportValidity()
        event.preventDefault()
        return
      }
      input.value = String(parsed)
    }
  })
}
