import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	OutputLines,
	type StreamNumber,
} from '../../source/prompt/output-lines.js';

test('the lines of each step and stream stay whole, and nothing is lost', () => {
	const part = fc.record({
		step: fc.constantFrom(0, 1),
		stream: fc.constantFrom<StreamNumber>(1, 2),
		text: fc
			.array(fc.constantFrom('a', 'ü', '\n', 'b', '日'), {maxLength: 6})
			.map(letters => letters.join('')),
		cut: fc.nat(),
	});
	fc.assert(
		fc.property(fc.array(part), parts => {
			const lines = new OutputLines();
			const told = new Map<string, string>();
			const printed = new Map<string, string>();
			const add = (map: Map<string, string>, key: string, text: string) =>
				map.set(key, (map.get(key) ?? '') + text);
			for (const {step, stream, text, cut} of parts) {
				const bytes = Buffer.from(text);
				const at = cut % (bytes.length + 1);
				add(printed, `${step} ${stream}`, text);
				for (const piece of [bytes.subarray(0, at), bytes.subarray(at)]) {
					const whole = lines.add(step, stream, piece);
					expect(whole.text === '' || whole.text.endsWith('\n')).toBe(true);
					add(told, `${step} ${stream}`, whole.text);
				}
			}

			for (const {step, stream, text} of lines.endedBy({type: 'reached'})) {
				expect(text).not.toContain('\n');
				add(told, `${step} ${stream}`, text);
			}

			expect(told).toEqual(printed);
		}),
	);
});

test('a line without an end is told in pieces', () => {
	const lines = new OutputLines();
	const long = 'x'.repeat(20_000);
	expect(lines.add(0, 1, Buffer.from(long)).text).toBe(long);
	expect(lines.endedBy({type: 'done', step: 0, seconds: 1})).toEqual([]);
});
