/**
 * What people type as an amount, with a comma or a point: `12.500,50`, `12,500.50`, `12500`. Nothing is 0.
 * @returns NaN for anything else, which the service then refuses
 */
export const amountOf = (typed: string): number => {
  const text = typed.replaceAll(/\s/g, '')
  if (text === '') return 0
  const decimal = /[.,](\d{1,2})$/.exec(text)
  const whole = (decimal ? text.slice(0, decimal.index) : text).replaceAll(/[.,](?=\d{3}(\D|$))/g, '')
  return /^\d+$/.test(whole) ? Number(`${whole}.${decimal?.[1] ?? 0}`) : Number.NaN
}
