/** A phone number as machines write it: `+45 12 34 56 78` → `+4512345678`. Undefined when it has too few digits to be one. */
export const dialled = (phone: string | null): string | undefined => {
  const number = (phone ?? '').replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '')
  return /^\+?\d{3,15}$/.test(number) ? number : undefined
}
