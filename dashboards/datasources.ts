/** `${name}`, which Grafana replaces with a variable's value. */
export const reference = (name: string): string => `\${${name}}`

/** Data sources are chosen by variables; the type is what tells a program which server a panel needs. */
export const datasources = {
  prometheus: { type: 'prometheus', uid: reference('prometheus_datasource') },
  loki: { type: 'loki', uid: reference('loki_datasource') },
  tempo: { type: 'tempo', uid: reference('tempo_datasource') },
} as const
