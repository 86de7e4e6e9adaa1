/** What every kept record has. */
export interface Kept {
  readonly id: string
  /** Milliseconds since 1970; no two records of a set share one, and it only grows. */
  readonly modifiedAt: number
}

export interface RecordsOptions<Item extends Kept> {
  /** The data set, in the order of `modifiedAt`; made when it is first asked for. */
  readonly make: () => readonly Item[]
  readonly now?: () => number
  /** Records kept besides the data set; the oldest goes first. */
  readonly most?: number
}

/** One kind of record of a provider: a data set made from a seed, and what was written since, in memory. */
export class Records<Item extends Kept> {
  readonly #make: () => readonly Item[]
  readonly #now: () => number
  readonly #most: number
  #items: Map<string, Item> | undefined
  #clock = 0
  #next = 0
  readonly #added = new Set<string>()
  #list: readonly Item[] | undefined
  #byModified: readonly Item[] | undefined

  constructor({ make, now = Date.now, most = 10_000 }: RecordsOptions<Item>) {
    this.#make = make
    this.#now = now
    this.#most = most
  }

  get(id: string): Item | undefined {
    return this.#all().get(id)
  }

  /** Makes the data set now. */
  prepare(): void {
    this.byModified()
  }

  get size(): number {
    return this.#all().size
  }

  /** In the order in which they were made: pages over it stay where they are when records change. */
  list(): readonly Item[] {
    this.#list ??= [...this.#all().values()]
    return this.#list
  }

  /** In the order in which they were changed last. */
  byModified(): readonly Item[] {
    this.#byModified ??= this.list().toSorted((a, b) => a.modifiedAt - b.modifiedAt)
    return this.#byModified
  }

  /** The newest `modifiedAt` there is, or was. */
  get newest(): number {
    this.#all()
    return this.#clock
  }

  /** Adds a record, or exchanges the one of the same id. */
  put(item: Omit<Item, 'modifiedAt'>): Item {
    const items = this.#all()
    this.#clock = Math.max(this.#clock + 1, this.#now())
    const kept = { ...item, modifiedAt: this.#clock } as Item
    if (!items.has(kept.id)) {
      this.#added.add(kept.id)
      const oldest = this.#added.values().next().value
      if (this.#added.size > this.#most && oldest !== undefined) this.remove(oldest)
    }
    items.set(kept.id, kept)
    this.#list = undefined
    this.#byModified = undefined
    return kept
  }

  /** @returns whether it was there */
  remove(id: string): boolean {
    this.#added.delete(id)
    this.#list = undefined
    this.#byModified = undefined
    return this.#all().delete(id)
  }

  /** Changes that many records, each time the next ones. @returns them, changed */
  touch(count: number, change: (item: Item) => Omit<Item, 'modifiedAt'>): readonly Item[] {
    const before = this.list()
    if (before.length === 0) return []
    return Array.from({ length: Math.min(count, before.length) }, () => {
      const item = before[this.#next % before.length] as Item
      this.#next += 1
      return this.put(change(item))
    })
  }

  #all(): Map<string, Item> {
    if (!this.#items) {
      const made = this.#make()
      this.#items = new Map(made.map((item) => [item.id, item]))
      this.#clock = Math.max(0, ...made.map(({ modifiedAt }) => modifiedAt))
    }
    return this.#items
  }
}
