import { render } from 'preact'
import './style/tokens.css'
import './style/base.css'
import './style/parts.css'
import './style/frame.css'
import { App } from './app.tsx'
import { catchEverything } from './catch-everything.ts'
import { readSession } from './session.ts'
import { reportVitals } from './vitals.ts'

catchEverything()
reportVitals()
const place = document.getElementById('page')
if (place) render(<App />, place)
void readSession()
