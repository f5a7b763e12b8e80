import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {comparePaths} from '../../../source/filesystem/tree/entry.js';
import {asBytePath, type BytePath} from '../../../source/text/byte-path.js';

const name = fc
	.array(fc.constantFrom('!', '-', '.', '0', 'a', 'b', '\u00FF'), {
		minLength: 1,
		maxLength: 3,
	})
	.map(characters => characters.join(''));
const path = fc
	.array(name, {minLength: 1, maxLength: 4})
	.map(names => asBytePath(names.join('/')));

describe('comparePaths', () => {
	test('puts a directory before what is in it, and that before its neighbours', () => {
		const paths = ['a', 'a/b', 'a/b/c', 'a!', 'a.b', 'b'].map(text =>
			asBytePath(text),
		);
		expect(paths.toReversed().toSorted(comparePaths)).toEqual(paths);
	});

	test('compares name by name, by the bytes', () => {
		const nameByName = (a: BytePath, b: BytePath): number => {
			const [left, right] = [a.split('/'), b.split('/')];
			const at = left.findIndex((part, index) => part !== right[index]);
			return at === -1
				? left.length - right.length
				: at >= right.length
					? 1
					: Buffer.compare(
							Buffer.from(left[at]!, 'latin1'),
							Buffer.from(right[at]!, 'latin1'),
						);
		};

		fc.assert(
			fc.property(path, path, (a, b) => {
				expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(nameByName(a, b)));
			}),
		);
	});
});
