import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {expect, test} from 'vitest';
import {
	isOwnerGone,
	ownedName,
	ownerLabel,
	ownerOfName,
} from '../../../source/engine/docker/owner.js';

/** The label of this process with some of its parts replaced: the machine, its boot, the pid namespace, the pid, the start. */
function label(parts: Readonly<Record<number, string>>): string {
	return ownerLabel()
		.split('.')
		.map((part, index) => parts[index] ?? part)
		.join('.');
}

async function endedPid(): Promise<string> {
	const child = spawn(process.execPath, ['--version'], {stdio: 'ignore'});
	await once(child, 'close');
	return String(child.pid);
}

test('what this process makes is not left behind', () => {
	expect(isOwnerGone(ownerLabel())).toBe(false);
});

test('a process that has ended is gone, and so is one whose pid another has now', async () => {
	expect(isOwnerGone(label({3: await endedPid()}))).toBe(true);
	expect(isOwnerGone(label({4: '1'}))).toBe(true);
	expect(isOwnerGone(label({1: 'before'}))).toBe(true);
});

test('what can only be told elsewhere is left alone', async () => {
	const pid = await endedPid();
	expect(isOwnerGone(label({0: 'elsewhere', 3: pid}))).toBe(false);
	expect(isOwnerGone(label({2: 'pid4026532999', 3: pid}))).toBe(false);
	expect(isOwnerGone(pid)).toBe(false);
	expect(isOwnerGone('')).toBe(false);
	expect(isOwnerGone(label({3: '-1'}))).toBe(false);
	expect(isOwnerGone(label({3: '0'}))).toBe(false);
});

test('a name says whose a container is as a label does', () => {
	const name = ownedName('0123456789abcdef');
	// What Docker takes for one (moby/moby daemon/names).
	expect(name).toMatch(/^[a-zA-Z\d][\w.\-]+$/v);
	expect(ownerOfName(name)).toBe(ownerLabel());
	expect(isOwnerGone(ownerOfName(name))).toBe(false);
	for (const other of ['happy_turing', 'mstage', `x${name}`]) {
		expect(isOwnerGone(ownerOfName(other))).toBe(false);
	}
});
