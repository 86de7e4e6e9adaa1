import { parseArgs } from 'node:util'

export interface Options {
  readonly load: boolean
  readonly verify: boolean
  readonly help: boolean
}

export const usage = `npm start [-- options]      runs the CRM and everything around it, until Ctrl-C

  --no-load    without the generated traffic
  --verify     starts, drives traffic, runs the verifier, stops, and exits with its result
  --help       this text

DATABASE_URL=…           a PostgreSQL of your own in place of the embedded one
STACK_PORT_OFFSET=…      is added to every port
STACK_DATA_DIR=…         where data, logs and state are kept (.data)

While it runs:  npm run service -- status | stop <service> | start <service>
Afterwards:     npm run reset     removes the data`

/** @throws an Error that says which argument is not known */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'no-load': { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return { load: !values['no-load'], verify: values.verify, help: values.help }
}
