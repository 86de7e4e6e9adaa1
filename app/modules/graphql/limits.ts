import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { createGraphQLError } from 'graphql-yoga'
import { pageSizes } from './page.ts'

/** How far an operation may go. What REST needs several requests for is well within; what would read everything is not. */
export const operationLimits = {
  /** Fields within fields: contacts → nodes → deals → contact → deals → title is 6. */
  depth: 8,
  /** Objects that the answer may hold: a full page of contacts with 25 deals each is 2,600. */
  objects: 5_000,
} as const

type Variables = Readonly<Record<string, unknown>>

/** Fields with `first`: they hold that many objects. */
const lists = new Set(['contacts', 'deals', 'activities'])
/** Parts of a page; the rows in it are counted by the list. */
const parts = new Set(['nodes', 'pageInfo'])

/**
 * Refuses an operation before any of it runs. Fragments are counted wherever they are used.
 * @param document valid, so that fragments exist and have no cycles
 * @throws GraphQLError that says which limit, and what to do
 */
export const checkLimits = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void => {
  const fragments = new Map(
    document.definitions.flatMap((one): [string, FragmentDefinitionNode][] =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [],
    ),
  )
  let objects = 0

  /** @param times how many objects have this selection @param seen fragments that this selection has already */
  const walk = (set: SelectionSetNode, depth: number, times: number, seen: Set<string>): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (!fragment || seen.has(selection.name.value)) continue
        seen.add(selection.name.value)
        walk(fragment.selectionSet, depth, times, seen)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, depth, times, seen)
      else {
        const name = selection.name.value
        // graphql has a limit of its own for questions about the schema.
        if (name.startsWith('__')) continue
        if (depth > operationLimits.depth) throw tooMuch(`is nested more than ${operationLimits.depth} levels deep`)
        if (!selection.selectionSet) continue
        const first = selection.arguments?.find((argument) => argument.name.value === 'first')?.value
        const many = lists.has(name) ? times * sizeOf(first, variables) : times
        if (!parts.has(name)) objects += many
        if (objects > operationLimits.objects)
          throw tooMuch(`asks for more than ${operationLimits.objects} objects; make \`first\` smaller`)
        walk(selection.selectionSet, depth + 1, many, new Set())
      }
    }
  }
  walk(operation.selectionSet, 1, 1, new Set())
}

type Value = NonNullable<Parameters<typeof sizeOf>[0]>

const sizeOf = (
  first: { kind: Kind; value?: unknown; name?: { value: string } } | undefined,
  variables: Variables,
): number => {
  const given = first?.kind === Kind.VARIABLE ? variables[(first as Value).name?.value ?? ''] : first?.value
  const size = Number(given ?? pageSizes.usual)
  // What is not valid is refused where it is used.
  return Number.isFinite(size) ? Math.min(Math.max(size, 1), pageSizes.most) : pageSizes.most
}

const tooMuch = (what: string): GraphQLError =>
  createGraphQLError(`The operation ${what}.`, { extensions: { code: 'validation', http: { status: 422 } } })
