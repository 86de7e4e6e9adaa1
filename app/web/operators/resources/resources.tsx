import { say } from '../../language.ts'
import '../../style/operators.css'
import { RangePicker, useRange } from '../../ui/range.tsx'
import { DashboardLink } from '../dashboard-link.tsx'
import { History } from './history.tsx'
import { Now } from './now.tsx'
import { Processes } from './processes.tsx'

const texts = {
  title: { en: 'Resources', da: 'Ressourcer' },
} as const

/** What the machine and the processes have, use and have used. */
export const Resources = () => {
  const { name, minutes } = useRange()
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <Now />
      <div class="bar-of-tools">
        <RangePicker />
        <DashboardLink uid="runtime-host" title="Runtime & Host" range={name} />
      </div>
      <History minutes={minutes} />
      <Processes minutes={minutes} />
    </>
  )
}
