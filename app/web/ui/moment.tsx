import { dateTime, moment } from '../language.ts'

/** When something was, as short as it can be understood today; pointed at, it says all of it. */
export const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} title={dateTime(at)}>
    {moment(at)}
  </time>
)
