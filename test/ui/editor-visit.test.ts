import {describe, expect, test} from 'vitest';
import {visitEditor, type EditorHost} from '../../source/ui/editor-visit.js';
import {initialView} from '../../source/ui/view-state.js';
import {ViewStore} from '../../source/ui/view-store.js';
import {fakeStreams} from './streams.js';

/** Opens the Dockerfile in an editor that needs no terminal; returns what became of it, in order. */
async function visit(env: EditorHost['env'], over = new AbortController()) {
	const did: string[] = [];
	const doing = (name: string) => () => {
		did.push(name);
	};

	const views = new ViewStore(initialView({rows: 24, columns: 80}));
	const edited = await visitEditor('Dockerfile', 14, {
		views,
		env,
		over: over.signal,
		terminal: {
			...fakeStreams(),
			leave: doing('leave'),
		} as unknown as EditorHost['terminal'],
		keyboard: {
			release: doing('release'),
			drop: doing('drop'),
			listen: doing('listen'),
		} as unknown as EditorHost['keyboard'],
		hide: doing('hide'),
		show: doing('show'),
	});
	return {edited, said: views.getView().message?.text ?? null, did};
}

const lent = ['hide', 'leave', 'release', 'show', 'drop', 'listen'];

describe('an editor', () => {
	test('that ends well leaves the screen as it was, and the file is read again', async () => {
		expect(await visit({EDITOR: 'true'})).toEqual({
			edited: true,
			said: null,
			did: lent,
		});
	});

	test.each([
		[
			'exit 3 #',
			'The editor exited with code 3: nothing was reloaded; r reloads.',
		],
		[
			'no-such-editor',
			"The editor 'no-such-editor' can't be run: set VISUAL or EDITOR to one that can.",
		],
		['kill -9 $$ #', 'The editor was killed: nothing was reloaded; r reloads.'],
	])('that fails (%s) says so, and nothing is loaded', async (EDITOR, said) => {
		expect(await visit({EDITOR})).toEqual({edited: false, said, did: lent});
	});

	test('that is not there lends the terminal to nobody', async () => {
		const {edited, said, did} = await visit({PATH: '/nowhere'});
		expect(edited).toBe(false);
		expect(said).toBe(
			'There is no editor: set EDITOR, or edit Dockerfile elsewhere and reload (r).',
		);
		expect(did).not.toContain('leave');
	});

	test('is ended with the session, whose screen does not come back', async () => {
		const over = new AbortController();
		const visiting = visit({EDITOR: 'exec sleep 60 #'}, over);
		over.abort();
		const {edited, did} = await visiting;
		expect(edited).toBe(false);
		expect(did).not.toContain('show');
		expect(did).not.toContain('listen');
	});
});
