import { useEffect } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso'
import { tellFailure } from './catch-everything.ts'
import { Header } from './everybody/header.tsx'
import { Stale } from './everybody/stale.tsx'
import { Welcome } from './everybody/welcome.tsx'
import { say } from './language.ts'
import { follow } from './live.ts'
import { session } from './session.ts'
import { Empty } from './ui/card.tsx'
import { words } from './ui/texts.ts'
import { Toasts } from './ui/toasts.tsx'

const texts = {
  toContent: { en: 'To the content', da: 'Til indholdet' },
  notThere: {
    en: 'There is no such page. The parts are in the menu above.',
    da: 'Den side findes ikke. Delene står i menuen ovenfor.',
  },
} as const

const Contacts = lazy(() => import('./everybody/contacts.tsx').then(({ Contacts }) => Contacts))
const Operators = lazy(() => import('./operators/operators.tsx').then(({ Operators }) => Operators))

const NotThere = () => <Empty>{say(texts.notThere)}</Empty>

/** What everybody sees who is signed in. */
const SignedIn = () => {
  useEffect(follow, [])
  return (
    <>
      <a class="skip" href="#content">
        {say(texts.toContent)}
      </a>
      <Header />
      <Stale />
      <div id="content">
        <ErrorBoundary onError={tellFailure}>
          <Router>
            <Route path="/" component={Contacts} />
            <Route path="/admin/*" component={Operators} />
            <Route default component={NotThere} />
          </Router>
        </ErrorBoundary>
      </div>
    </>
  )
}

export const App = () => (
  <LocationProvider scope={/^\/($|contacts|leads|deals|admin)/}>
    {session.value === undefined ? (
      <p class="welcome quiet" aria-busy="true">
        {say(words.loading)}
      </p>
    ) : session.value === null ? (
      <Welcome />
    ) : (
      <SignedIn />
    )}
    <Toasts />
  </LocationProvider>
)
