import type {DebuggerState} from '../debugger/machine/state.js';
import {buildBindings} from './bindings/build.js';
import {fileBindings} from './bindings/files.js';
import {lookBindings} from './bindings/look.js';
import {moveBindings} from './bindings/move.js';
import {sessionBindings} from './bindings/session.js';
import type {KeyBinding} from './key-binding.js';
import type {ViewState} from './view-state.js';

/** All keys: what they do, where they are shown, and when they can't be used. */
export const keyTable: readonly KeyBinding[] = [
	...buildBindings,
	...lookBindings,
	...fileBindings,
	...moveBindings,
	...sessionBindings,
];

/**
@param key - As `KeyParser` names it.
@returns What the key means now, or `undefined` when it means nothing. What a key means at times goes before what it
always means.
*/
export function bindingOf(
	key: string,
	state: DebuggerState,
	view: ViewState,
): KeyBinding | undefined {
	const bindings = keyTable.filter(binding => binding.keys.includes(key));
	return (
		bindings.find(binding => binding.applies?.(state, view)) ??
		bindings.find(binding => !binding.applies)
	);
}

/**
@param key - As `KeyParser` names it.
@returns As a person reads it: `Ctrl-C`, `PgUp`, `↑`.
*/
export function keyName(key: string, unicode: boolean): string {
	const arrow = unicode
		? {up: '↑', down: '↓', left: '←', right: '→'}[key]
		: undefined;
	const name = {pageup: 'PgUp', pagedown: 'PgDn', escape: 'Esc'}[key];
	return (
		arrow ??
		name ??
		(key.length === 1
			? key
			: key.replaceAll(/(?<=^|-)[a-z]/gv, letter => letter.toUpperCase()))
	);
}
