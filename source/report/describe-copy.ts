import type {Selected} from '../inspect/copy/selection.js';
import {formatCount, plural} from '../text/format.js';
import {sanitise} from '../text/sanitise.js';

/**
@param left - The entries that a copy left out, at least one.
@param command - What makes an archive of the same.
@returns What is missing, in a sentence or two.
*/
export function describeLeftOut(
	left: readonly Selected[],
	command: string,
): string {
	const sockets = left.filter(({entry}) => entry.kind === 'socket').length;
	const others = left.length - sockets;
	return [
		...(others === 0
			? []
			: [
					`${count(others, 'device or pipe', 'devices or pipes')} ${others === 1 ? 'was' : 'were'} left out; ${sanitise(command)} makes an archive that has ${others === 1 ? 'it' : 'them'}.`,
				]),
		...(sockets === 0
			? []
			: [
					`${plural(sockets, 'socket')} ${sockets === 1 ? 'was' : 'were'} left out: nothing but a running program can make ${sockets === 1 ? 'it' : 'them'}.`,
				]),
	].join(' ');
}

function count(number: number, one: string, many: string): string {
	return `${formatCount(number)} ${number === 1 ? one : many}`;
}
