import {expect, test} from 'vitest';
import {complete} from '../../source/prompt/completion.js';
import {openStore} from '../debugger/programs.js';

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
	const [matches, completed] = complete(line, await loaded());
	expect(completed).toBe(word);
	expect(matches).toEqual(expect.arrayContaining(offered));
});

test.each(['next ', 'shell builder -- l', 'nothing b'])(
	'%j offers nothing',
	async line => {
		expect(complete(line, await loaded())[0]).toEqual([]);
	},
);

test('before a program is loaded there are no points to offer', () => {
	expect(complete('shell b', openStore({}))[0]).toEqual([]);
});
