import {
	closeNetwork as close,
	openNetwork as open,
	type Network,
	type NetworkNames,
} from '../../source/engine/private/network.js';

/** A slot's names and addresses. */
function names(slot: number): NetworkNames {
	return {name: `mstage-${slot}`, prefix: `10.213.${slot}`};
}

/**
@param slot - Which one.
@returns The address of what runs in its namespace, from the machine.
*/
export function innerAddress(slot: number): string {
	return `${names(slot).prefix}.2`;
}

/**
@param slot - Which one.
@returns The address of the machine, from what runs in the namespace.
*/
export function outerAddress(slot: number): string {
	return `${names(slot).prefix}.1`;
}

/**
Makes a network namespace that reaches what the machine reaches.
@param slot - Which one: 0 to 255.
@returns Where it is.
*/
export async function openNetwork(slot: number): Promise<Network> {
	return open(names(slot));
}

/**
Removes what `openNetwork` made, as much of it as is there.
@param slot - Which one.
*/
export async function closeNetwork(slot: number): Promise<void> {
	await close(names(slot));
}
