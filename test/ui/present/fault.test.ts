import {expect, test} from 'vitest';
import {DockerfileError} from '../../../source/errors.js';
import {faultRows} from '../../../source/ui/present/fault.js';
import {themeFor} from '../../../source/ui/present/theme.js';
import {textsOf} from '../scene.js';

const theme = themeFor({LANG: 'C.UTF-8', TERM: 'xterm'});

function rows(
	text: string | null,
	options: {
		readonly line?: number | null;
		readonly column?: number;
		readonly width?: number;
	} = {},
): readonly string[] {
	const {line = 12, column, width = 40} = options;
	const error = new DockerfileError('wrong', 'Dockerfile', line, {column});
	return textsOf(faultRows(error, text, width, theme));
}

test('a caret stands below the place', () => {
	expect(rows('RUN --mount=type=cashe ls', {column: 18})).toEqual([
		'12  RUN --mount=type=cashe ls',
		'                     ^',
	]);
});

test('without a column it stands below the first word', () => {
	expect(rows('  RNU ls')).toEqual(['12    RNU ls', '      ^']);
});

test('it counts cells, not characters', () => {
	expect(rows('\tRUN 日本 x', {column: 8})).toEqual([
		'12      RUN 日本 x',
		`            ${'  '}  ^`.slice(0, 16) + '^',
	]);
});

test('a long line is moved so that the place can be seen', () => {
	expect(
		rows(`RUN ${'a'.repeat(60)} --wrong ${'b'.repeat(60)}`, {
			column: 66,
			width: 30,
		}),
	).toEqual(['12  aaaaaaaaaaaaaaaaa --wrong…', '                      ^']);
});

test('without a line, or its text, there is nothing', () => {
	expect(rows('FROM a', {line: null})).toEqual([]);
	expect(rows(null)).toEqual([]);
});
