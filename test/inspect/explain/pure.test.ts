import {expect, test} from 'vitest';
import {plainCommands} from '../../../source/inspect/explain/words/command-words.js';
import {
	identify,
	may,
	permissions,
} from '../../../source/inspect/explain/identity.js';
import {mountAt} from '../../../source/inspect/explain/mounts.js';

test('the commands of a shell text, with where cd leads', () => {
	expect(
		plainCommands('cd /a && X=1 ./b "c; d" | e; cd f\nexec g || (h)'),
	).toEqual([
		{program: './b', folders: ['/a']},
		{program: 'e', folders: ['/a']},
		{program: 'g', folders: ['/a', 'f']},
		{program: 'h', folders: ['/a', 'f']},
	]);
	expect(plainCommands('"$X" a')).toEqual([]);
});

const accounts = {
	passwd: 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1001::/home/dev:/bin/sh\n',
	group: 'root:x:0:\ndev:x:1001:\nstaff:x:50:dev,other\n',
};

test.each([
	['', {name: 'root', uid: 0, gid: 0, groups: [0]}],
	['dev', {name: 'dev', uid: 1000, gid: 1001, groups: [1001, 50]}],
	['1000', {name: 'dev', uid: 1000, gid: 1001, groups: [1001, 50]}],
	['dev:staff', {name: 'dev', uid: 1000, gid: 50, groups: [50]}],
	['7:8', {name: null, uid: 7, gid: 8, groups: [8]}],
	['7', {name: null, uid: 7, gid: 0, groups: [0]}],
])('USER %j', (user, identity) => {
	expect(identify(user, accounts)).toEqual(identity);
});

test('a user or a group that is in no file', () => {
	expect(identify('dve', accounts)).toMatchObject({
		kind: 'unknown-user',
		name: 'dve',
		hasFile: true,
		names: ['root', 'dev'],
	});
	expect(identify('dev:x', accounts)).toMatchObject({kind: 'unknown-group'});
	expect(identify('dev', {passwd: null, group: null})).toMatchObject({
		kind: 'unknown-user',
		hasFile: false,
	});
});

test('who may do what', () => {
	const dev = {name: 'dev', uid: 1000, gid: 1001, groups: [1001, 50]};
	const root = {name: 'root', uid: 0, gid: 0, groups: [0]};
	const place = (mode: number, uid = 0, gid = 0, isDirectory = false) => ({
		mode,
		uid,
		gid,
		isDirectory,
	});
	const {read, write, execute} = permissions;
	expect(may(dev, place(0o755), read + execute)).toBe(true);
	expect(may(dev, place(0o755), write)).toBe(false);
	expect(may(dev, place(0o070, 1000, 50), read)).toBe(false);
	expect(may(dev, place(0o070, 0, 50), write)).toBe(true);
	expect(may(root, place(0o644), write)).toBe(true);
	expect(may(root, place(0o644), execute)).toBe(false);
	expect(may(root, place(0o000, 0, 0, true), execute)).toBe(true);
});

test('the innermost mount that a path is in', () => {
	const mount = {
		type: 'cache',
		isReadonly: false,
		uid: null,
		gid: null,
		mode: null,
		size: null,
	};
	const mounts = [
		{...mount, target: '/a'},
		{...mount, target: '/a/b'},
	];
	expect(mountAt(mounts, '/a/b/c')?.target).toBe('/a/b');
	expect(mountAt(mounts, '/a/bc')?.target).toBe('/a');
	expect(mountAt(mounts, '/x')).toBeUndefined();
});
