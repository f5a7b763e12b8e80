import {expect, test} from 'vitest';
import {KeptShells} from '../../../source/debugger/session/kept-shells.js';
import type {
	Container,
	Shell,
	ShellOptions,
	Snapshot,
} from '../../../source/engine/port.js';

const options = {terminal: null} as unknown as ShellOptions;

/** A point whose containers say what becomes of them. */
function point() {
	const opened: Array<{isOpen: boolean; shells: number}> = [];
	const snapshot = {
		async openContainer(): Promise<Container> {
			const container = {
				isOpen: true,
				shells: 0,
				async openShell() {
					container.shells++;
					return {} as unknown as Shell;
				},
				async close() {
					container.isOpen = false;
				},
			};
			opened.push(container);
			return container;
		},
	} as unknown as Snapshot;
	return {opened, snapshot};
}

test('a second shell of a point is entered in the container of the first', async () => {
	const {opened, snapshot} = point();
	const kept = new KeptShells();
	expect(kept.has('builder', 1)).toBe(false);
	await kept.open('builder', 1, snapshot, options);
	await kept.open('builder', 1, snapshot, options);
	expect(kept.has('builder', 1)).toBe(true);
	expect(kept.has('final', 1)).toBe(false);
	expect(opened).toEqual([expect.objectContaining({isOpen: true, shells: 2})]);
});

test('a container of another state is closed for a new one', async () => {
	const {opened, snapshot} = point();
	const kept = new KeptShells();
	await kept.open('failed', 1, snapshot, options);
	expect(kept.has('failed', 2)).toBe(false);
	await kept.open('failed', 2, snapshot, options);
	expect(opened.map(({isOpen}) => isOpen)).toEqual([false, true]);
	expect(kept.has('failed', 2)).toBe(true);
});

test('one that has ended by itself is not come back to', async () => {
	const {opened, snapshot} = point();
	const kept = new KeptShells();
	await kept.open('builder', 1, snapshot, options);
	opened[0]!.isOpen = false;
	expect(kept.has('builder', 1)).toBe(false);
	await kept.open('builder', 1, snapshot, options);
	expect(opened.map(({shells}) => shells)).toEqual([1, 1]);
});

test('the end closes all', async () => {
	const {opened, snapshot} = point();
	const kept = new KeptShells();
	await kept.open('builder', 1, snapshot, options);
	await kept.open('final', 1, snapshot, options);
	await kept.drop('nothing');
	await kept.close();
	expect(opened.map(({isOpen}) => isOpen)).toEqual([false, false]);
	expect(kept.has('final', 1)).toBe(false);
});
