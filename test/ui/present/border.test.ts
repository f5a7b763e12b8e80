import {expect, test} from 'vitest';
import {type Title, presentBorder} from '../../../source/ui/present/border.js';
import {themeFor} from '../../../source/ui/present/theme.js';
import {textOf} from '../scene.js';

const theme = themeFor({LANG: 'C.UTF-8', TERM: 'xterm'});
const names = ['Failure', 'Source', 'Log', 'Variables', 'Breakpoints'];

function border(shown: string, width: number, right = ''): string {
	const left = names.map((text): Title => ({
		text,
		kind: text === shown ? 'focused' : 'hidden',
	}));
	return textOf(presentBorder(theme, '┬', width, {left, right}));
}

test('all titles stand there when there is room', () => {
	expect(border('Log', 70, 'tests:1')).toBe(
		'┬ Failure ── Source ──┤Log├── Variables ── Breakpoints ────── tests:1 ─',
	);
});

test('the last title makes room for the right end, if that is enough', () => {
	expect(border('Log', 57, 'Dockerfile')).toBe(
		'┬ Failure ── Source ──┤Log├── Variables …──── Dockerfile ─',
	);
	expect(border('Breakpoints', 57, 'Dockerfile')).toContain('┤Breakpoints├');
	expect(border('Log', 57)).toContain(' Breakpoints ');
});

test('a note that stands alone does not make room', () => {
	const left = [{text: 'a note of what is shown', kind: 'hidden'}] as const;
	expect(
		textOf(presentBorder(theme, '┴', 30, {left, right: '1-20 of 29'})),
	).toBe('┴ a note of what is shown ─────');
});

test('the one that is shown always stands there, with as many as fit beside it', () => {
	expect(border('Failure', 40)).toBe(
		'┬┤Failure├── Source ── Log …─────────────',
	);
	expect(border('Breakpoints', 40)).toBe(
		'┬… Log ── Variables ──┤Breakpoints├──────',
	);
	expect(border('Variables', 16)).toBe('┬…┤Variables├…───');
});

test('where not even that one fits there is none', () => {
	expect(border('Breakpoints', 12)).toBe('┬────────────');
});
