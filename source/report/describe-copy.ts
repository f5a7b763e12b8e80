import {sanitise} from '../text/sanitise.js';

/**
@param count - How many entries a copy to a disk left out, at least one.
@param command - What makes an archive of the same.
@returns What of it is missing, in a sentence.
*/
export function describeLeftOut(count: number, command: string): string {
	return `${count} devices, pipes or sockets were left out; ${sanitise(command)} makes an archive that has them.`;
}
