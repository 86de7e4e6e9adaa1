import { useEffect } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso'
import { tellFailure } from './catch-everything.ts'
import { Failure } from './client.ts'
import { Header } from './everybody/header.tsx'
import { RateLimits } from './everybody/rate-limit.tsx'
import { SignInTroubles } from './everybody/sign-in-troubles.tsx'
import { Stale } from './everybody/stale.tsx'
import { Welcome } from './everybody/welcome.tsx'
import { say } from './language.ts'
import { follow } from './live.ts'
import { isUnknown, readSession, session } from './session.ts'
import { Empty } from './ui/card.tsx'
import { words } from './ui/texts.ts'
import { Toasts } from './ui/toasts.tsx'
import { Trouble } from './ui/trouble.tsx'

const texts = {
  toContent: { en: 'To the content', da: 'Til indholdet' },
  notThere: {
    en: 'There is no such page. The parts are in the menu above.',
    da: 'Den side findes ikke. Delene står i menuen ovenfor.',
  },
} as const

const Contacts = lazy(() => import('./everybody/contacts.tsx').then(({ Contacts }) => Contacts))
const Leads = lazy(() => import('./everybody/leads.tsx').then(({ Leads }) => Leads))
const Deals = lazy(() => import('./everybody/deals.tsx').then(({ Deals }) => Deals))
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
      <RateLimits />
      <div id="content">
        <ErrorBoundary onError={tellFailure}>
          <Router>
            <Route path="/" component={Contacts} />
            <Route path="/leads" component={Leads} />
            <Route path="/deals" component={Deals} />
            <Route path="/admin" component={Operators} />
            <Route path="/admin/*" component={Operators} />
            <Route default component={NotThere} />
          </Router>
        </ErrorBoundary>
      </div>
    </>
  )
}

/** Milliseconds after which a service that did not say who is signed in is asked again. */
const askAgainMs = 5_000

/** Until it is known who is signed in. */
const Beginning = () => {
  useEffect(() => {
    const timer = setInterval(() => void readSession(), askAgainMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <main class="welcome">
      {isUnknown.value ? (
        <Trouble error={new Failure(0, {})} retry={() => void readSession()} />
      ) : (
        <p class="quiet" aria-busy="true">
          {say(words.loading)}
        </p>
      )}
    </main>
  )
}

export const App = () => (
  <LocationProvider scope={/^\/($|\?|leads|deals|admin)/}>
    {session.value === undefined ? <Beginning /> : session.value === null ? <Welcome /> : <SignedIn />}
    <SignInTroubles />
    <Toasts />
  </LocationProvider>
)
