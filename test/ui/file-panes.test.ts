import {stripVTControlCharacters} from 'node:util';
import {expect, test} from 'vitest';
import {cellsOf} from '../../source/text/cells.js';
import {themeFor} from '../../source/ui/present/theme.js';
import {drawn} from './frame.js';
import {type Session, startSession} from './session.js';

const theme = themeFor({LANG: 'C.UTF-8', TERM: 'xterm'});

/** A session that stands at the end of its first stage; the filesystems of the scripted engine are empty. */
async function afterBuilder(columns = 100, rows = 24): Promise<Session> {
	const session = await startSession({columns, rows});
	session.type('e');
	await session.settled();
	return session;
}

/** @returns When the view is as it is wanted. */
async function until(session: Session, is: () => boolean): Promise<void> {
	await new Promise<void>(resolve => {
		const check = (): void => {
			if (is()) {
				stop();
				resolve();
			}
		};

		const stop = session.views.subscribe(check);
		check();
	});
}

function screen(session: Session): readonly string[] {
	return drawn(session, theme).map(line => stripVTControlCharacters(line));
}

test('L shows what is left behind as far as the build has got, and asks again once more is done', async () => {
	const session = await afterBuilder();
	const {views} = session;
	session.type('L');
	await until(
		session,
		() => views.getView().leftBehind.status.kind === 'ready',
	);
	expect(views.getView()).toMatchObject({
		focus: 'left-behind',
		leftBehind: {missing: ['final'], sizes: null},
	});
	expect(screen(session).join('\n')).toContain('not done yet: final');
	session.type('c');
	await session.settled();
	session.type('e');
	await session.settled();
	session.type('L');
	await until(session, () => views.getView().leftBehind.sizes !== null);
	expect(views.getView().leftBehind.missing).toEqual([]);
	expect(screen(session).join('\n')).toContain('nothing looks left in');
});

test('w asks for a path where none is selected, and says what is wrong with it', async () => {
	const session = await afterBuilder();
	const {views} = session;
	session.type('w', ...'nowhere:/x', 'enter');
	expect(views.getView().typing).toMatchObject({
		purpose: 'where-path',
		text: 'nowhere:/x',
	});
	expect(views.getView().typing?.problem).toContain("no point 'nowhere'");
	session.type('ctrl-u', ...'/app', 'enter');
	expect(views.getView().typing?.problem).toContain("hasn't reached final");
	session.type('ctrl-u', ...'builder:/app', 'enter');
	expect(views.getView().typing).toBeNull();
	await until(
		session,
		() => views.getView().whereFrom.status.kind === 'failed',
	);
	expect(screen(session).join('\n')).toContain('There is no /app in builder');
	session.type('/', 'enter');
	expect(views.getView().typing).toBeNull();
});

test('the digits of the diff compare what they name, or say why they can not', async () => {
	const session = await afterBuilder();
	const {views} = session;
	session.type('down', 'down', 'd');
	await until(session, () => views.getView().diff.status.kind === 'ready');
	expect(views.getView().diff).toMatchObject({preset: 'step'});
	session.type('3');
	await until(session, () => views.getView().diff.preset === 'base');
	session.type('2');
	expect(views.getView().message?.text).toContain('once both are done');
	session.type('4');
	expect(views.getView().message?.text).toContain('No session before');
	session.type('5', ...'a b c', 'enter');
	expect(views.getView().typing?.problem).toContain('Two points are compared');
	session.type('ctrl-u', ...'builder:1 builder:2', 'enter');
	expect(views.getView().diff).toMatchObject({
		preset: null,
		names: ['builder:1', 'builder:2'],
	});
	await until(session, () => views.getView().diff.status.kind === 'ready');
	expect(screen(session).join('\n')).toContain('┤5 points├');
});

test.each([
	[160, 48],
	[80, 24],
	[60, 20],
	[20, 6],
	[2, 2],
])('at %i×%i the panes of files fill the screen', async (columns, rows) => {
	const session = await afterBuilder(columns, rows);
	const {views} = session;
	session.type('down');
	for (const [key, isDone] of [
		['f', () => views.getView().files.status.kind === 'ready'],
		['d', () => views.getView().diff.status.kind === 'ready'],
		['L', () => views.getView().leftBehind.status.kind === 'ready'],
		['w', () => views.getView().focus === 'where-from'],
	] as const) {
		session.type(key);
		// eslint-disable-next-line no-await-in-loop -- one pane after the other
		await until(session, isDone);
		const lines = screen(session);
		expect(lines.length).toBe(rows);
		for (const line of lines) {
			expect(cellsOf(line)).toBeLessThanOrEqual(columns);
		}
	}
});

test('Tab adds what can only follow to a path that is typed', async () => {
	const session = await afterBuilder();
	const {views} = session;
	session.type('w', ...'bui', 'tab');
	await until(session, () => views.getView().typing?.text === 'builder:');
	expect(views.getView().typing?.problem).toBeNull();
	session.type('tab');
	await until(session, () => views.getView().typing?.problem !== null);
	expect(views.getView().typing?.problem).toContain('builder:1:/');
	session.type('2', 'tab');
	await until(session, () => views.getView().typing?.text === 'builder:2:/');
	session.type(...'nothing', 'tab', 'escape');
	expect(views.getView().typing).toBeNull();
});
