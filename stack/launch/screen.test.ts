import { describe, expect, test } from 'vitest'
import { columns, createScreen, elapsed } from './screen.ts'

describe('the screen', () => {
  const output = (isTTY: boolean) => {
    const written: string[] = []
    return { written, isTTY, columns: 20, write: (text: string) => written.push(text) }
  }

  test('without a terminal, progress is a line at each new step and each 15 s', () => {
    let now = 0
    const file = output(false)
    const screen = createScreen(file, () => now)
    const show = (at: number, text: string | undefined) => {
      now = at
      screen.progress('loki', text)
    }
    show(0, 'downloading (0 s)')
    show(5_000, 'downloading (5 s)')
    show(15_000, 'downloading (15 s)')
    show(16_000, 'compiling (16 s)')
    show(17_000, undefined)
    expect(file.written).toEqual(['downloading (0 s)\n', 'downloading (15 s)\n', 'compiling (16 s)\n'])
  })

  test('in a terminal, progress is redrawn below the lines that stay, and cut to its width', () => {
    const terminal = output(true)
    const screen = createScreen(terminal)
    screen.progress('loki', 'a line that is much longer than the terminal')
    screen.line('stays')
    screen.close()
    expect(terminal.written).toEqual([
      'a line that is much\n',
      '\u001b[1A\u001b[J',
      'stays\n',
      'a line that is much\n',
      '\u001b[1A\u001b[J',
    ])
  })

  test('times and columns', () => {
    expect([elapsed(800), elapsed(119_000), elapsed(185_000)]).toEqual(['1 s', '119 s', '3 min 5 s'])
    expect(
      columns([
        ['a', 'b'],
        ['long', 'c'],
      ]),
    ).toEqual(['a     b', 'long  c'])
  })
})
