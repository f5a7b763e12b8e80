import {describe, expect, test} from 'vitest';
import {parsePointPath} from '../../source/inspect/place.js';
import {complete} from '../../source/prompt/completion.js';
import type {Snapshot} from '../../source/engine/port.js';
import {splitWords} from '../../source/prompt/words.js';
import {asBytePath} from '../../source/text/byte-path.js';
import {openStore, reachPhase} from '../debugger/programs.js';
import {entryOf} from '../ui/files/entries.js';

async function loaded(): Promise<ReturnType<typeof openStore>> {
	const store = openStore({});
	await store.start();
	return store;
}

test.each([
	['', '', ['continue ', 'shell ', 'quit ']],
	['sh', 'sh', ['shell ']],
	['shell bu', 'bu', ['builder ', 'builder:0 ', 'builder:1 ']],
	['s fi', 'fi', ['final ', 'final:0 ', 'final:2 ']],
	['log fai', 'fai', ['failed ']],
])('%j offers for %j at least %j', async (line, word, offered) => {
	const [matches, completed] = await complete(line, await loaded());
	expect(completed).toBe(word);
	expect(matches).toEqual(expect.arrayContaining(offered));
});

test.each(['next ', 'shell builder -- l', 'nothing b'])(
	'%j offers nothing',
	async line => {
		const [matches] = await complete(line, await loaded());
		expect(matches).toEqual([]);
	},
);

test('before a program is loaded there are no points to offer', async () => {
	const [matches] = await complete('shell b', openStore({}));
	expect(matches).toEqual([]);
});

describe('paths', () => {
	const names = [
		'caf\u00E9.txt',
		'new\nline',
		'out dir',
		String.raw`back\slash`,
		'quo\'te"',
		'other',
	];
	const withNames = async () => {
		const store = openStore({
			build: {
				async snapshot() {
					return {
						async readDirectory(path: string) {
							return [
								...names.map(name => ({
									...entryOf('', 1),
									path: asBytePath(path === '' ? name : `${path}/${name}`),
								})),
								{
									...entryOf('', null),
									path: asBytePath(path === '' ? 'dir' : `${path}/dir`),
								},
							];
						},
						async stat(path: string) {
							return {...entryOf('', null), path: asBytePath(path)};
						},
					} as unknown as Snapshot;
				},
			},
			policy: 'never',
		});
		await store.start();
		await reachPhase(store, 'finished');
		return store;
	};

	test.each([
		['cat final:/o/ca', [String.raw`final:/o/caf\xe9.txt `]],
		[String.raw`cat final:/o/caf\xe`, [String.raw`final:/o/caf\xe9.txt `]],
		[String.raw`cat final:/o/caf\351`, [String.raw`final:/o/caf\xe9.txt `]],
		["cat 'final:/o/ca", [String.raw`'final:/o/caf\xe9.txt' `]],
		['cat "final:/o/ca', [String.raw`"final:/o/caf\xe9.txt" `]],
		['ls builder:/o/d', ['builder:/o/dir/']],
		["ls 'builder:/o/d", ["'builder:/o/dir/"]],
		['why /o/n', [String.raw`/o/new\nline `]],
		['cat final:/out', [String.raw`final:/out\ dir `]],
		[String.raw`cat final:/out\ d`, [String.raw`final:/out\ dir `]],
		['cat final:/b', [String.raw`final:/back\\slash `]],
		["cat 'final:/q", [String.raw`'final:/quo'\''te"' `]],
		['cp final:/o final:/o', []],
		['cat nowhere:/o', []],
	])('%s can become %j', async (line, expected) => {
		const [matches] = await complete(line, await withNames());
		expect(matches).toEqual(expected);
	});

	test('what is offered is the path that was meant', async () => {
		const store = await withNames();
		for (const quote of ['', "'", '"']) {
			// eslint-disable-next-line no-await-in-loop -- one after the other
			const [matches] = await complete(`cat ${quote}final:/o/`, store);
			expect(
				matches.map(match => {
					const whole = match.endsWith('/') ? `${match}${quote}` : match;
					const [word, ...others] = splitWords(whole, 'kept');
					expect(others).toEqual([]);
					return parsePointPath(word!).path;
				}),
			).toEqual([...names, 'dir'].map(name => `o/${name}`));
		}
	});
});
