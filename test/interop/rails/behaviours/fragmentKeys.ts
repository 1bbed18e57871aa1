import { describe, expect, it } from 'vitest'
import type { Newsdesk } from '../newsdesk.ts'

/** Two fragments never share a key. */
export function fragmentKeys(desk: Newsdesk) {
  const { render } = desk

  describe('keys of fragments', () => {
    it('keys of fragments differ when the name, the version or vary differs', async () => {
      const sources = [
        '["a", "", nil]',
        '["a", "", []]',
        '["a", "", [nil]]',
        '["a", "", [[]]]',
        '["a", "", {}]',
        '["a", "", [{}]]',
        '["a", "b", nil]',
        '["ab", "", nil]',
        '["a\\",\\"b", "", nil]',
        '["a", "", [1]]',
        '["a", "", ["1"]]',
        '["a", "", [1.0]]',
        '["a", "", [BigDecimal("1")]]',
        '["a", "", [:"1"]]',
        '["a", "", [11]]',
        '["a", "", [1, 1]]',
        '["a", "", [[1], 1]]',
        '["a", "", [1, [1]]]',
        '["a", "", [[1, 1]]]',
        '["a", "", [true]]',
        '["a", "", ["true"]]',
        '["a", "", ["nil"]]',
        '["a", "", [""]]',
        '["a", "", ["", ""]]',
        '["a", "", ["a,b"]]',
        '["a", "", ["a", "b"]]',
        '["a", "", ["\\""]]',
        '["a", "", ["\\\\"]]',
        '["a", "", { "x" => 1 }]',
        '["a", "", { x: 1 }]',
        '["a", "", [["x", 1]]]',
        '["a", "", { "x" => "1" }]',
        '["a", "", { x: { y: 1 } }]',
        '["a", "", { x: 1, y: 1 }]',
        '["a", "", [Date.new(2026, 1, 1)]]',
        '["a", "", [Time.utc(2026, 1, 1)]]',
        '["a", "", [Time.utc(2026, 1, 1, 0, 0, 0.5r)]]',
        '["a", "", ["2026-01-01"]]',
        '["a", "", ["é"]]',
        '["a", "", ["e\u0301"]]',
        '["a", "", ["x" * 400]]',
        '["a", "", ["x" * 401]]',
        '["a", "", ["x" * 400, 1]]',
        '["b", "", ["x" * 400]]',
      ]
      const generatedKeys = await desk.call<string[]>('createFragmentKeys', { sources })
      expect(new Set(generatedKeys).size).toBe(sources.length)
      expect(Math.max(...generatedKeys.map((key) => key.length))).toBeLessThanOrEqual(300)
    })

    it('keys of fragments ignore the order of a Hash, the zone of a time and html_safe', async () => {
      const generatedKeys = await desk.call<string[]>('createFragmentKeys', {
        sources: [
          '["a", "", [{ x: 1, "y" => 2 }, Time.utc(2026, 1, 1), "e"]]',
          '["a", "", [{ "y" => 2, x: 1 }, Time.new(2026, 1, 1, 1, 0, 0, "+01:00"), "e".html_safe]]',
        ],
      })
      expect(new Set(generatedKeys).size).toBe(1)
    })

    it.each([
      ['["a", "", [Object.new]]', 'Object'],
      ['["a", "", [0.0 / 0]]', 'not finite'],
      ['["a", "", ["\\xff"]]', 'UTF-8'],
      ['["a", "", [-> {}]]', 'Proc'],
      ['["a", "", [].tap { |list| list << list }]', 'nested'],
    ])('a vary value that cannot be part of a key is refused: %s', async (source, message) => {
      const refused = desk.call('createFragmentKeys', { sources: [source] })
      await expect(refused).rejects.toThrow(message)
      await expect(refused).rejects.toMatchObject({ code: 'CC_INVALID_VARY' })
    })

    it.each([
      { name: '', vary: null },
      { name: 'x'.repeat(201), vary: null },
      { name: 5, vary: null },
      { name: 'a', vary: 'national' },
    ])('a view with an invalid name or vary is refused: %o', async (assigns) => {
      await expect(render('odd', assigns)).rejects.toThrow(/content_cache.*\[CC_INVALID_(NAME|VARY),/)
    })
  })
}
