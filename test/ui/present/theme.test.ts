import {expect, test} from 'vitest';
import {cellsOf} from '../../../source/text/cells.js';
import type {Signs} from '../../../source/report/signs.js';
import {themeFor} from '../../../source/ui/present/theme.js';

test.each([
	[{LANG: 'en_US.UTF-8'}, true],
	[{LANG: 'C.utf8'}, true],
	[{LANG: 'en_US.ISO-8859-1'}, false],
	[{LANG: 'en_US.UTF-8', LC_ALL: 'C'}, false],
	[{LANG: 'C', LC_CTYPE: 'C.UTF-8'}, true],
	[{LANG: 'C', LC_ALL: ''}, false],
	[{}, true],
	[{LANG: 'C.UTF-8', TERM: 'linux'}, false],
	[{LANG: 'C.UTF-8', TERM: 'dumb'}, false],
])('with %j the signs are beyond ASCII: %s', (env, unicode) => {
	const theme = themeFor(env);
	expect(theme.unicode).toBe(unicode);
	expect(/[^ -~]/v.test(Object.values(theme.signs).join(''))).toBe(unicode);
});

test.each([{LANG: 'C.UTF-8'}, {LANG: 'C'}])(
	'with %j every sign is one cell, and the states of a step are told apart',
	env => {
		const {signs} = themeFor(env);
		for (const sign of Object.values(signs)) {
			expect(cellsOf(sign)).toBe(1);
		}

		const states: ReadonlyArray<keyof Signs> = [
			'done',
			'failed',
			'pending',
			'running',
			'skipped',
			'paused',
		];
		expect(new Set(states.map(state => signs[state])).size).toBe(states.length);
	},
);

test('NO_COLOR takes the colours and leaves what is no colour', () => {
	const {styles} = themeFor({NO_COLOR: '1'});
	expect(styles.accent).toEqual(['', '']);
	expect(styles.bad).toEqual(['\u001B[1m', '\u001B[22m']);
	expect(styles.match).toEqual(['\u001B[7m', '\u001B[27m']);
	expect(themeFor({NO_COLOR: ''}).styles.accent).toEqual([
		'\u001B[36m',
		'\u001B[39m',
	]);
});

test('a dumb terminal gets no escape sequence at all', () => {
	expect(
		Object.values(themeFor({TERM: 'dumb'}).styles)
			.flat()
			.join(''),
	).toBe('');
});
