import {expect, test} from 'vitest';
import {findShells, searchPath} from '../../source/engine/find-shell.js';

const having =
	(...paths: readonly string[]) =>
	async (path: string): Promise<boolean> =>
		paths.includes(path);

test('bash is better than the shell of the stage, and that than sh', async () => {
	const all = having('/bin/bash', '/bin/ash', '/bin/sh');
	const noBash = having('/bin/ash', '/bin/sh');
	const ash = ['/bin/ash', '-c'];
	expect(await findShells(all, ash, [])).toMatchObject({best: '/bin/bash'});
	expect(await findShells(noBash, ash, [])).toMatchObject({best: '/bin/ash'});
	expect(await findShells(noBash, null, [])).toMatchObject({best: '/bin/sh'});
});

test('a shell without a folder is looked for in the PATH of the processes', async () => {
	const isThere = having('/opt/bin/fish', '/bin/sh');
	const fish = ['fish', '-c'];
	expect(await findShells(isThere, fish, ['PATH=/opt/bin'])).toEqual({
		best: '/opt/bin/fish',
		posix: '/bin/sh',
	});
	expect(await findShells(isThere, fish, [])).toMatchObject({best: '/bin/sh'});
});

test('where no shell is, there is none, and one of another language is no POSIX shell', async () => {
	expect(await findShells(having(), ['/bin/ash'], [])).toEqual({
		best: null,
		posix: null,
	});
	expect(
		await findShells(having('/usr/bin/pwsh'), ['/usr/bin/pwsh'], []),
	).toEqual({best: '/usr/bin/pwsh', posix: null});
});

test('the last PATH counts, and empty folders of it do not', () => {
	expect(searchPath(['PATH=/a', 'X=1', 'PATH=/b::/c'])).toEqual(['/b', '/c']);
	expect(searchPath(['PATHS=/a'])).toContain('/usr/local/bin');
});
